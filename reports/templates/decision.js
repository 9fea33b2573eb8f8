"use strict";
// Weighs the votes anew when a slider moves: the arithmetic and the words of reports/decision.py.
{
  const TIE = 1e-9;
  const byId = (id) => document.getElementById(id);
  const { weights, names, outcomes } = JSON.parse(byId("votes").textContent);

  const figure = (value) => (Math.floor(Math.abs(value) * 100 + 0.5) / 100).toFixed(2);
  const signed = (value) => (value < 0 ? "-" : "+") + figure(value);
  const total = (votes, skipped) => votes.reduce(
    (sum, vote, place) => (place === skipped ? sum : sum + weights[place] * vote), 0);

  const flip = (votes, place) => {
    const vote = votes[place], whole = total(votes), rest = total(votes, place);
    if (vote === 0) return "";
    if (Math.abs(whole) < TIE) return `more than ${figure(weights[place])}`;
    const against = vote * whole < 0;
    if (!against && (rest * whole >= 0 || Math.abs(rest) < TIE)) return "";
    return `${against ? "more" : "less"} than ${figure(-rest / vote)}`;
  };

  const said = ({ first, second, votes, judged }) => {
    const whole = total(votes), most = `of ${figure(total(judged))} at most.`;
    if (Math.abs(whole) < TIE) return `Neither is ahead: the weighted sum is 0, ${most}`;
    return `${whole > 0 ? first : second} is ahead: the weighted sum is ${signed(whole)}, ${most}`;
  };

  const firm = (votes) => {
    const flips = names.map((name, place) => [name, flip(votes, place)]).filter((pair) => pair[1]);
    if (!flips.length) return "No single weight would change that.";
    return `A single weight would change that: ${flips.map((pair) => pair.join(" ")).join("; ")}.`;
  };

  const show = (outcome) => {
    const part = byId(outcome.anchor), { votes } = outcome;
    const write = (name, words) => { part.querySelector(name).textContent = words; };
    write(".said", said(outcome));
    write(".firm", firm(votes));
    write(".sum", signed(total(votes)));
    part.querySelectorAll("tbody tr").forEach((row, place) => {
      const words = [figure(weights[place]), signed(weights[place] * votes[place]),
        flip(votes, place) || "no weight does"];
      words.forEach((each, column) => { row.cells[3 + column].textContent = each; });
    });
  };

  document.querySelectorAll("#weights input").forEach((slider, place) => {
    slider.addEventListener("input", () => {
      weights[place] = slider.valueAsNumber;
      slider.parentElement.querySelector("output").textContent = figure(weights[place]);
      outcomes.forEach(show);
    });
  });
  byId("weights").hidden = false;
}
