"""The files of a run directory, field by field, from the dataclasses that are written there."""

from collections.abc import Iterator, Sequence
from typing import Any

from seatrial.harness.certificate import Cell, Certificate, Pace
from seatrial.harness.derive import COLUMNS
from seatrial.harness.model import (
    Delay,
    Node,
    Preflight,
    Probe,
    Resources,
    Service,
    Settings,
    UpdatePolicy,
    Workload,
)
from seatrial.harness.record import Event, LoadPlan, Resumption, Run, Sample, TrialSpec
from seatrial.harness.recorder import TrialHead
from seatrial.harness.spool import SCHEMA
from seatrial.reports.markup import Block, code, grid
from seatrial.reports.reference.fields import account, told

OBJECTS: Sequence[type[Any]] = (
    *(Run, Resumption, Preflight, Node, Delay),
    *(TrialHead, TrialSpec, LoadPlan, Settings),
    *(Workload, Service, Probe, Resources, UpdatePolicy),
    *(Event, Certificate, Pace, Cell),
)
"""What becomes an object in a JSON file, each before those that it is made of."""


def parts() -> Iterator[tuple[str, Block]]:
    """Every region that tells of the run directory, with its name."""
    rows = [[code(name), said] for name, said in COLUMNS.items()]
    yield "run-columns", grid(("column", "what it holds"), rows)
    yield "run-samples", samples()
    yield "run-objects", [line for each in OBJECTS for line in entry(each)]


def samples() -> Block:
    """The columns of a trial's samples."""
    said = {each.name: each.said for each in told(Sample)}
    rows = [[code(column.name), str(column.type), said[column.name]] for column in SCHEMA]
    return grid(("column", "type", "what it holds"), rows)


def entry(of: type[Any]) -> Block:
    """A dataclass: what it says of itself, and its fields."""
    rows = [[code(each.name), code(each.type), each.said] for each in told(of)]
    return [
        f"### {of.__name__}",
        "",
        *account(of).splitlines(),
        "",
        *grid(("field", "type", "what it holds"), rows),
        "",
    ]
