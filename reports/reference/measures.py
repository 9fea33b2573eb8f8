"""What each scenario does and measures, from the scenarios themselves. Pure."""

from collections.abc import Iterator, Mapping

from seatrial.harness.scenario import Dimensioned, Scenario
from seatrial.harness.target import Target
from seatrial.reports.compare import INSTRUMENT
from seatrial.reports.markup import Block, code, grid

SECONDS = "s"
"""The unit of a metric that a scenario names none for."""


def parts(
    scenarios: Mapping[str, type[Scenario]], targets: Mapping[str, type[Target]]
) -> Iterator[tuple[str, Block]]:
    """Every region that tells of metrics, with its name."""
    chapters = (chapter(scenarios[name], targets) for name in sorted(scenarios))
    yield "metrics", [line for lines in chapters for line in lines]
    rows = [[code(name), said] for name, said in INSTRUMENT.items()]
    yield "metrics-instrument", grid(("metric", "what it says"), rows)


def chapter(scenario: type[Scenario], targets: Mapping[str, type[Target]]) -> Block:
    """A scenario with its metrics."""
    head = ("metric", "unit", "better", "what it says")
    cannot = [f"- {said}" for said in _cannot(scenario, targets)]
    return [
        f"## {scenario.name}",
        "",
        " ".join(_sentences(scenario)),
        "",
        *([*cannot, ""] if cannot else []),
        *grid(head, [_row(scenario, metric) for metric in scenario.meanings]),
        "",
    ]


def unit(scenario: type[Scenario], metric: str) -> str:
    """What the metric is counted in."""
    units: Mapping[str, str] = scenario.units if isinstance(scenario, Dimensioned) else {}
    return units.get(metric, SECONDS)


def _row(scenario: type[Scenario], metric: str) -> list[str]:
    better = scenario.better.get(metric, "")
    return [code(metric), unit(scenario, metric), better, scenario.meanings[metric]]


def _sentences(scenario: type[Scenario]) -> Iterator[str]:
    yield f"{scenario.title}."
    variants = [code(variant) for variant in scenario.variants if variant]
    if variants:
        yield f"Variants: {', '.join(variants)}."
    needs = [code(need.__name__) for need in scenario.needs]
    if needs:
        yield f"It needs {' and '.join(needs)} of its target."


def _cannot(scenario: type[Scenario], targets: Mapping[str, type[Target]]) -> Iterator[str]:
    """Which targets' orchestrators cannot do it, and why."""
    for _, target in sorted(targets.items()):
        for need in scenario.needs:
            if need.__name__ in target.unsupported:
                yield f"{target.title} cannot: {target.unsupported[need.__name__]}"
