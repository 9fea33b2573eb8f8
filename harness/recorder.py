"""The run directory: written as things happen, never changed, and read back however far it got.

    <run>/run.json                        a `Run`, written before the first trial
    <run>/resumed.jsonl                   a `Resumption` a line, one for each time it went on
    <run>/trials/<slug>/trial.json        a `TrialHead`, written before anything happens
    <run>/trials/<slug>/events.jsonl      one `Event` a line, appended as they happen
    <run>/trials/<slug>/samples.arrow     the load's spool: `Sample` columns, Arrow IPC stream
    <run>/trials/<slug>/samples.parquet   the same rows, made of the spool when the trial ended
    <run>/trials/<slug>/evidence/         the orchestrator's own account, a file each

A trial's status is its last event of that name; a record that has none was interrupted.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from errno import ENOSPC
from pathlib import Path
from threading import Lock
from typing import TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from seatrial.harness import columns
from seatrial.harness.errors import MeasurementError, UsageError
from seatrial.harness.guard import writing
from seatrial.harness.model import Workload
from seatrial.harness.record import (
    SCHEMA,
    Event,
    Resumption,
    Run,
    Status,
    Trial,
    TrialSpec,
)
from seatrial.harness.spool import SCHEMA as SAMPLE
from seatrial.harness.spool import read_spool, tables

TOKEN = "FAULT_TOKEN"  # noqa: S105 - its name
ENDINGS = frozenset(Status)
ROW_GROUP = 1 << 20  # as many samples of a long trial are in memory at once
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class TrialHead:
    """What is known of a trial before it begins."""

    spec: TrialSpec
    workload: Workload
    schema: int = SCHEMA


_run = TypeAdapter(Run)
_head = TypeAdapter(TrialHead)
_event = TypeAdapter(Event)
_resumption = TypeAdapter(Resumption)


def write_run(folder: Path, run: Run) -> None:
    """Begin a run directory; UsageError when it holds a run already."""
    if (folder / "run.json").exists():
        raise UsageError(f"{folder} holds a run already: give another name.")
    with writing(folder):
        (folder / "trials").mkdir(parents=True, exist_ok=True)
        made = folder / "run.json.part"
        made.write_bytes(_run.dump_json(run, indent=1))
        made.rename(folder / "run.json")


def add_resumption(folder: Path, resumption: Resumption) -> None:
    """Note that a run goes on; run.json stays as it is."""
    with writing(folder), (folder / "resumed.jsonl").open("ab", buffering=0) as file:
        # a line of its own, also after one that was cut off
        file.write(b"\n" + _resumption.dump_json(resumption) + b"\n")


class TrialRecorder:
    """Writes one trial. Safe to use from several threads."""

    def __init__(self, run_folder: Path, head: TrialHead) -> None:
        self.folder = run_folder / "trials" / head.spec.slug
        self._lock = Lock()
        with writing(self.folder):
            self.folder.mkdir(parents=True)
            (self.folder / "trial.json").write_bytes(_head.dump_json(_public(head), indent=1))
            self._events = (self.folder / "events.jsonl").open("ab", buffering=0)

    @property
    def spool(self) -> Path:
        """Where the load process writes its samples."""
        return self.folder / "samples.arrow"

    def write(self, event: Event) -> None:
        """Append an event; it is with the kernel on return, so that a kill loses nothing."""
        line = _event.dump_json(event) + b"\n"
        with self._lock, writing(self.folder):
            if self._events.write(line) != len(line):
                raise OSError(ENOSPC, "only a part of an event was taken")

    def evidence(self, name: str, text: str) -> None:
        """Keep a text of the orchestrator's."""
        folder = self.folder / "evidence"
        with writing(folder):
            folder.mkdir(exist_ok=True)
            (folder / re.sub(r"[^A-Za-z0-9._-]", "_", name)).write_text(text)

    def close(self) -> None:
        """End the record: the spool becomes a Parquet file of the same rows."""
        self._events.close()
        if not self.spool.exists():
            return
        made = self.folder / "samples.parquet.part"
        with writing(self.folder):
            with pq.ParquetWriter(made, SAMPLE, compression="zstd") as parquet:
                for table in tables(self.spool, ROW_GROUP):
                    parquet.write_table(table, row_group_size=max(1, table.num_rows))
            made.rename(self.folder / "samples.parquet")
            self.spool.unlink()


def _public(head: TrialHead) -> TrialHead:
    """The same without the token that lets its holder crash the app."""
    services = tuple(
        replace(service, environment={**service.environment, TOKEN: "(not recorded)"})
        if service.environment.get(TOKEN)
        else service
        for service in head.workload.services
    )
    return replace(head, workload=replace(head.workload, services=services))


def read_run(folder: Path) -> Run:
    """The run's head; MeasurementError when this is no run directory, or of another schema."""
    try:
        text = (folder / "run.json").read_bytes()
        _check_schema(folder, text)
        run = _run.validate_json(text)
    except (OSError, ValueError) as error:
        raise MeasurementError(
            f"{folder} is no run directory that this version reads: {_first_line(error)}"
        ) from error
    return replace(run, resumed=(*run.resumed, *_read_lines(folder / "resumed.jsonl", _resumption)))


def _check_schema(folder: Path, text: bytes) -> None:
    """Before all else: of another format not even the names need be the same."""
    record = json.loads(text)
    schema = record.get("schema", SCHEMA) if isinstance(record, dict) else SCHEMA
    if schema != SCHEMA:
        raise MeasurementError(
            f"{folder} was recorded in format {schema}, and this version of Seatrial reads format "
            f"{SCHEMA}: use the version that recorded it."
        )


def trial_folders(folder: Path) -> list[Path]:
    """The folders of the trials that were begun, in the order of their numbers."""
    return sorted(path.parent for path in (folder / "trials").glob("*/trial.json"))


def read_trial(folder: Path) -> Trial:
    """A trial as far as it was recorded; MeasurementError when that cannot be read."""
    head, events = _read_head(folder), _read_events(folder)
    status, cause = _ending(events)
    samples = _read_samples(folder)
    return Trial(head.spec, head.workload, status, cause, events, samples)


def _read_samples(folder: Path) -> pd.DataFrame:
    parquet = folder / "samples.parquet"
    if not parquet.exists():
        return columns.samples(columns.of_table(read_spool(folder / "samples.arrow")))
    try:
        return _decoded(parquet)
    except (OSError, pa.ArrowInvalid) as error:
        raise MeasurementError(f"{parquet} cannot be read: {_first_line(error)}") from error


def _decoded(parquet: Path) -> pd.DataFrame:
    with pq.ParquetFile(parquet, read_dictionary=list(columns.WORDS)) as file:

        def parts(name: str) -> Iterator[pa.Array]:
            for number in range(file.num_row_groups):
                yield from file.read_row_group(number, [name]).column(0).chunks

        samples = columns.samples(columns.Source(file.metadata.num_rows, parts))
    pa.default_memory_pool().release_unused()  # the folds need the room that decoding took
    return samples


def read_status(folder: Path) -> Status:
    """How a trial ended; one that was not begun, or whose record is damaged, was interrupted."""
    try:
        _read_head(folder)
        return _ending(_read_events(folder))[0]
    except MeasurementError:
        return Status.INTERRUPTED


def _read_head(folder: Path) -> TrialHead:
    try:
        return _head.validate_json((folder / "trial.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise MeasurementError(f"{folder} has no readable trial.json") from error


def _read_events(folder: Path) -> tuple[Event, ...]:
    return tuple(sorted(_read_lines(folder / "events.jsonl", _event), key=lambda e: e.at_ns))


def _read_lines(path: Path, kind: TypeAdapter[Line]) -> list[Line]:
    """What the whole lines of a file say; one that was cut off is left out."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [said for line in lines for said in _read_line(line, kind)]


def _read_line(line: bytes, kind: TypeAdapter[Line]) -> list[Line]:
    try:
        return [kind.validate_json(line)]
    except ValidationError:
        return []


def _ending(events: tuple[Event, ...]) -> tuple[Status, str]:
    for event in reversed(events):
        if event.source == "harness" and event.kind in ENDINGS:
            return Status(event.kind), str(event.detail.get("cause", ""))
    return Status.INTERRUPTED, "the record ends in the middle: the harness was killed"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
