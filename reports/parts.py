"""What a report shows of each case beside its numbers: charts, acts and evidence. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from seatrial.harness.record import TrialSpec
from seatrial.reports import anchors, numbers
from seatrial.reports.charts import SIZES, chart, told
from seatrial.reports.compare import Section, case_of
from seatrial.reports.looks import listed, look, spoken
from seatrial.reports.problems import Ending
from seatrial.reports.traces import STEP_S, Act, Trace


@dataclass(frozen=True, slots=True)
class Record:
    """What a trial's folder holds for a report; `evidence` are paths in the run directory."""

    spec: TrialSpec
    ending: Ending
    trace: Trace | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """The evidence of one trial."""

    trial: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One case with everything that is shown of it."""

    anchor: str
    section: Section
    chosen: str  # which trials are drawn
    step: str  # how long the good requests are summed up over
    told: tuple[str, ...]
    acts: tuple[str, ...]
    drawings: Mapping[str, Markup]  # by the name of their size
    exhibits: tuple[Exhibit, ...]


def parts(sections: Sequence[Section], records: Sequence[Record]) -> Iterator[Part]:
    """Draw each case: the first valid trial of every target, on one time axis."""
    known = {record.spec.number: record.trace for record in records}
    for place, section in enumerate(sections, 1):
        firsts = [known.get(numbers[0]) for numbers in section.valid.values() if numbers]
        drawn = [trace for trace in firsts if trace is not None]
        yield _part(f"case-{place}", section, drawn, records)


def _part(name: str, section: Section, traces: Sequence[Trace], records: Sequence[Record]) -> Part:
    step_s = max((trace.step_s for trace in traces), default=STEP_S)
    return Part(
        anchor=anchors.trial(section.case),
        section=section,
        chosen=_chosen(section, traces),
        step=numbers.held(f"{step_s * 1000:.0f} ms"),
        told=tuple(told(trace) for trace in traces),
        acts=tuple(_act(act, trace) for trace in traces for act in trace.acts),
        drawings=_drawings(name, section.title, traces),
        exhibits=tuple(_exhibits(section, records)),
    )


def _chosen(section: Section, traces: Sequence[Trace]) -> str:
    drawn = [f"trial {trace.trial} of {look(trace.target).title}" for trace in traces]
    missing = set(section.valid) - {trace.target for trace in traces}
    lack = [f"{look(t).title} has no valid trial to draw." for t in section.valid if t in missing]
    of_each = " of each" if len(drawn) > 1 else ""
    first = [f"Drawn: {listed(drawn)}, the first valid one{of_each}."] if drawn else []
    return " ".join(first + lack)


def _act(act: Act, trace: Trace) -> str:
    took = act.accepted_s
    accepted = "" if took is None else f", accepted after {numbers.quantity(took * 1e3, 'ms')}"
    when = f"{numbers.seconds(act.at_s)} on {look(trace.target).title}"
    return f"{spoken(act.what)} at {when}{accepted}."


def _drawings(name: str, title: str, traces: Sequence[Trace]) -> dict[str, Markup]:
    """The chart in every size; markup, because matplotlib has escaped what is in it."""
    if not traces:
        return {}
    return {size.name: Markup(chart(name, title, traces, size)) for size in SIZES}  # noqa: S704 - see above


def _exhibits(section: Section, records: Sequence[Record]) -> Iterator[Exhibit]:
    for record in records:
        if record.evidence and case_of(record.spec) == section.case:
            title = look(record.spec.target).title
            yield Exhibit(f"Trial {record.spec.number}, {title}", record.evidence)
