"""The load's spool: samples as an Arrow IPC stream that survives a kill at any moment."""

from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import pyarrow as pa

from seatrial.harness.record import Sample

SCHEMA = pa.schema(
    [
        ("stream", pa.string()),
        ("seq", pa.int64()),
        ("intended_ns", pa.int64()),
        ("sent_ns", pa.int64()),
        ("done_ns", pa.int64()),
        ("status", pa.int32()),
        ("error", pa.string()),
        ("replica", pa.string()),
        ("version", pa.string()),
        ("count", pa.int64()),
    ]
)
"""The columns of `Sample`."""

FIELDS = attrgetter(*SCHEMA.names)


class SpoolWriter:
    """Gathers samples and appends them batch by batch."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb", buffering=0)
        self._stream = pa.ipc.new_stream(self._file, SCHEMA)
        self._waiting: list[Sample] = []
        self._write([])  # pyarrow imports pandas at its first batch, which takes a second

    def add(self, sample: Sample) -> None:
        """Keep a sample until the next flush."""
        self._waiting.append(sample)

    @property
    def waiting(self) -> int:
        """How many samples the next flush hands on."""
        return len(self._waiting)

    def flush(self) -> None:
        """Hand what was gathered to the kernel as one batch."""
        rows, self._waiting = self._waiting, []
        if rows:
            self._write(rows)

    def _write(self, rows: list[Sample]) -> None:
        columns = list(zip(*map(FIELDS, rows), strict=True)) or [()] * len(SCHEMA)
        self._stream.write_batch(pa.record_batch(columns, schema=SCHEMA))

    def close(self) -> None:
        """Flush and end the stream."""
        self.flush()
        self._stream.close()
        self._file.close()


def batches(path: Path) -> Iterator[pa.RecordBatch]:
    """The whole batches of a spool that may be growing or cut off in the middle."""
    try:
        with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as reader:
            yield from reader
    except (pa.ArrowInvalid, OSError):
        pass  # what came before the cut is whole


def tables(path: Path, rows: int) -> Iterator[pa.Table]:
    """A spool in parts of at least that many rows, but for the last one."""
    waiting, count = list[pa.RecordBatch](), 0
    for batch in batches(path):
        waiting.append(batch)
        count += batch.num_rows
        if count >= rows:
            yield pa.Table.from_batches(waiting, SCHEMA)
            waiting, count = [], 0
    yield pa.Table.from_batches(waiting, SCHEMA)


def read_spool(path: Path) -> pa.Table:
    """All of a spool, as far as it is whole."""
    return pa.Table.from_batches(list(batches(path)), SCHEMA)


def whole(got: bytes) -> tuple[list[pa.RecordBatch], int]:
    """The whole batches that these bytes begin with, and how many of the bytes are whole.

    `got` begins where a spool does, or where what was whole of it ended before.
    """
    source, found, size = pa.BufferReader(got), list[pa.RecordBatch](), 0
    while True:
        try:
            message = pa.ipc.read_message(source)
        except (EOFError, pa.ArrowInvalid, OSError):
            return found, size
        size = source.tell()
        if message.type == "record batch":
            found.append(pa.ipc.read_record_batch(message, SCHEMA))
