"""A comparison as Markdown that fits a pull request: what changed, the rest folded away. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from seatrial.harness.circumstances import Fact
from seatrial.harness.comparison import Comparison
from seatrial.harness.scenario import Scenario
from seatrial.reports.compared.words import ALIKE, RULES, Account, Line, account
from seatrial.reports.looks import spoken
from seatrial.reports.markup import Block, bullets, plain, table

HEAD = ("Target", "Trial", "Measure", "BASE", "NEW", "NEW / BASE", "Verdict")


def write(found: Comparison, scenarios: Mapping[str, type[Scenario]]) -> str:
    """The summary with its details."""
    told = account(found, scenarios)
    blocks: list[Block] = [
        *_head(told),
        *_missed(told),
        *_changed(told),
        *_folded(f"All {len(told.lines)} headline metrics", _metrics(told)),
        *(_folded(f"All {len(told.limits)} thresholds", _limits(told)) if told.limits else ()),
        *_folded(f"What differs between the runs: {len(told.differing)}", _facts(told)),
        *(_folded(f"What is not compared: {len(told.apart)}", _apart(told)) if told.apart else ()),
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _head(told: Account) -> Iterator[Block]:
    yield [f"## Sea trials: {plain(told.title)}"]
    if told.banner:
        yield [f"**{plain(told.banner)}**"]
    yield [f"**{plain(told.outcome)}**"]


def _changed(told: Account) -> Iterator[Block]:
    if told.changed:
        yield table(HEAD, [_row(line) for line in told.changed])


def _missed(told: Account) -> Iterator[Block]:
    if told.missed:
        yield ["Missed thresholds:"]
        yield bullets(
            f"{x.place.whole}: {spoken(x.metric)} {x.asked}. {x.reason}" for x in told.missed
        )


def _folded(summary: str, inner: Iterator[Block]) -> Iterator[Block]:
    """Blocks that a reader has to open; Markdown within needs empty lines around it."""
    yield ["<details>", f"<summary>{plain(summary)}</summary>"]
    yield from inner
    yield ["</details>"]


def _metrics(told: Account) -> Iterator[Block]:
    yield [RULES]
    head = (*HEAD[:-1], "Cliff's delta", "p", "Verdict", "Why")
    yield table(
        head, [[*_row(x)[:-1], x.delta, x.p, x.verdict.value, x.reason] for x in told.lines]
    )


def _row(line: Line) -> Sequence[str]:
    figures = (spoken(line.metric), line.base.whole, line.new.whole, line.ratio)
    return [line.place.look.title, line.place.trial, *figures, line.verdict.value]


def _limits(told: Account) -> Iterator[Block]:
    head = ("Target", "Trial", "Measure", "Threshold", "BASE", "NEW", "Standing", "Why")
    yield table(
        head,
        [
            [
                *(x.place.look.title, x.place.trial, spoken(x.metric)),
                *(x.asked, x.base.whole, x.new.whole, x.standing.value, x.reason),
            ]
            for x in told.limits
        ],
    )


def _facts(told: Account) -> Iterator[Block]:
    """The two runs, and each circumstance in which they differ."""
    both = [(p.label, p.name, p.when, p.suite, p.command) for p in told.parties]
    yield table(("Which", "Run", "Begun", "Suite", "Command"), both)
    if not told.differing:
        yield [ALIKE]
        return
    yield table(("Of what", "What", "BASE", "NEW"), [_fact(fact) for fact in told.differing])


def _fact(fact: Fact) -> Sequence[str]:
    return [fact.group, fact.name, fact.base, fact.new]


def _apart(told: Account) -> Iterator[Block]:
    yield bullets(
        ": ".join(filter(None, (x.place.whole, spoken(x.metric), x.reason))) for x in told.apart
    )
