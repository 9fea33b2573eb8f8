"""Samples as typed columns: what they hold, in which order, and how little memory they take."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from seatrial.harness import columns, recorder
from seatrial.harness.record import Sample, TrialSpec
from seatrial.harness.spool import SCHEMA, SpoolWriter, read_spool
from seatrial.harness.timeline import during, first_replies
from seatrial.harness.workload import counter

ROWS = [
    Sample("kept", 1, 20, 21, 25, 200, "", "b", "v1", 2),
    Sample("fresh", 0, 10, 11, 30, 0, "timeout", "", "", -1),
    Sample("fresh", 2, 30, 31, 35, 503, "", "", "", -1),
    Sample("kept", 3, 40, 41, 45, 200, "bad_body", "", "", -1),
    Sample("fresh", 4, 40, 42, 43, 0, "reset", "", "", -1),
]


def spooled(path: Path, rows: list[Sample], batch: int = 2) -> Path:
    spool = SpoolWriter(path)
    for number, row in enumerate(rows, 1):
        spool.add(row)
        if number % batch == 0:
            spool.flush()
    spool.close()
    return path


def many(count: int) -> pa.Table:
    """A long record, made at once."""
    at = np.arange(count, dtype=np.int64)
    numbers = dict.fromkeys(("seq", "intended_ns", "sent_ns", "done_ns", "count"), at)
    words = {"stream": ["fresh", "kept"], "error": [""], "replica": list("abc"), "version": ["v1"]}
    said = {name: np.array(choice)[at % len(choice)] for name, choice in words.items()}
    made = {**numbers, **said, "status": np.full(count, 200)}
    return pa.table([pa.array(made[field.name], field.type) for field in SCHEMA], SCHEMA)


def test_rows_come_in_the_order_of_their_intended_times_with_their_outcome(tmp_path: Path) -> None:
    found = columns.samples(columns.of_table(read_spool(spooled(tmp_path / "s", ROWS))))
    assert found["seq"].tolist() == [0, 1, 2, 3, 4]
    assert found["outcome"].tolist() == ["unknown", "ok", "fail", "fail", "unknown"]
    assert found["outcome"].tolist() == [
        row.outcome.value for row in sorted(ROWS, key=lambda row: row.seq)
    ]
    assert found["replica"].tolist() == ["", "b", "", "", ""]
    assert list(found.columns) == [*SCHEMA.names, "outcome"]


def test_a_spool_and_the_parquet_file_made_of_it_read_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "ROW_GROUP", 2)
    head = recorder.TrialHead(
        TrialSpec(1, 1, "fake", "stock", "deploy", ""), counter("r", "registry.test")
    )
    writer = recorder.TrialRecorder(tmp_path, head)
    spooled(writer.spool, ROWS)
    before = recorder.read_trial(writer.folder).samples
    writer.close()
    parquet = pq.ParquetFile(writer.folder / "samples.parquet")
    assert (parquet.num_row_groups, parquet.schema_arrow) == (3, SCHEMA)
    pd.testing.assert_frame_equal(recorder.read_trial(writer.folder).samples, before)


def test_a_record_without_samples_has_the_columns_all_the_same(tmp_path: Path) -> None:
    found = columns.samples(columns.of_table(read_spool(spooled(tmp_path / "s", []))))
    assert found.empty
    assert list(found.columns) == [*SCHEMA.names, "outcome"]


@pytest.mark.parametrize("words", [3, 1000])
def test_words_take_as_few_bytes_as_tell_them_apart(tmp_path: Path, words: int) -> None:
    rows = [Sample("fresh", i, i, i, i, 200, "", f"host-{i % words}", "v1", i) for i in range(2000)]
    found = columns.samples(columns.of_table(read_spool(spooled(tmp_path / "s", rows, 500))))
    assert found["replica"].cat.codes.dtype.itemsize == (1 if words == 3 else 2)
    assert found["replica"].tolist() == [row.replica for row in rows]
    assert found["replica"].cat.categories.is_monotonic_increasing


def test_a_sample_takes_less_than_fifty_bytes() -> None:
    count = 100_000
    found = columns.samples(columns.of_table(many(count)))
    assert found.memory_usage(deep=True).sum() / count < 50


def test_a_time_s_requests_are_a_view_of_the_record() -> None:
    found = columns.samples(columns.of_table(many(1000)))
    part = during(found, 99, 200)
    assert part["intended_ns"].tolist() == list(range(100, 200))
    assert np.shares_memory(part["intended_ns"].to_numpy(), found["intended_ns"].to_numpy())


def test_a_replica_that_is_named_but_served_nothing_then_is_not_told_of() -> None:
    found = columns.samples(columns.of_table(many(10)))
    assert first_replies(found, 7) == {"a": 9, "c": 8}
