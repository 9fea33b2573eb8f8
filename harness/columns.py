"""Samples as typed columns, read from Arrow without a Python object a row.

Numbers keep the type that the spool gives them (times are int64 ns), words become categories: a
byte a row where there are few of them, as of streams, errors, replicas and versions there are.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from seatrial.harness.record import UNKNOWN_ERRORS, Outcome
from seatrial.harness.spool import SCHEMA

HTTP_OK = 200
WORDS = tuple(field.name for field in SCHEMA if pa.types.is_string(field.type))
OUTCOMES = pd.Index([Outcome.FAIL.value, Outcome.OK.value, Outcome.UNKNOWN.value])
Places = npt.NDArray[np.intp]
FAIL, OK, UNKNOWN = np.arange(len(OUTCOMES), dtype=np.int8)


@dataclass(frozen=True)
class Source:
    """Where samples are read from: how many there are, and a column of theirs, part by part."""

    rows: int
    parts: Callable[[str], Iterable[pa.Array]]


def of_table(table: pa.Table) -> Source:
    """A table in memory; of the many small batches of a spool it makes one part."""
    whole = table.combine_chunks()
    return Source(whole.num_rows, lambda name: whole.column(name).chunks)


def samples(source: Source) -> pd.DataFrame:
    """Samples as `Trial` has them: with their outcome, in the order of their intended times.

    Each part is put where it belongs as it is read, so that no column is ever there twice.
    """
    everywhere = np.arange(source.rows)
    places = np.empty_like(everywhere)
    places[np.argsort(_numbers(source, "intended_ns", everywhere), kind="stable")] = everywhere
    del everywhere
    columns: dict[str, object] = {}
    for name in SCHEMA.names:
        columns[name] = (_words if name in WORDS else _numbers)(source, name, places)
    frame = pd.DataFrame(columns, copy=False)
    return frame.assign(outcome=_outcome(frame))


def _parts(source: Source, name: str, places: Places) -> Iterator[tuple[Places, pa.Array]]:
    begin = 0
    for part in source.parts(name):
        yield places[begin : begin + len(part)], part
        begin += len(part)


def _numbers(source: Source, name: str, places: Places) -> npt.NDArray[np.integer]:
    values = np.empty(source.rows, dtype=SCHEMA.field(name).type.to_pandas_dtype())
    for there, part in _parts(source, name, places):
        values[there] = part.to_numpy(zero_copy_only=False)
    return values


def _words(source: Source, name: str, places: Places) -> "pd.Categorical[str]":
    known: dict[str, int] = {}
    numbers = np.empty(source.rows, dtype=np.int32)
    for there, part in _parts(source, name, places):
        coded = part.dictionary_encode()
        mine = [known.setdefault(word, len(known)) for word in coded.dictionary.to_pylist()]
        numbers[there] = np.array(mine, dtype=np.int32)[coded.indices.to_numpy()]
    words = sorted(known)
    codes = np.empty(len(words), dtype=np.min_scalar_type(-len(words) - 1))
    codes[[known[word] for word in words]] = np.arange(len(words))
    kinds = pd.Index(words, dtype=str)
    return pd.Categorical.from_codes(codes[numbers], categories=kinds, validate=False)


def _outcome(frame: pd.DataFrame) -> "pd.Categorical[str]":
    good = (frame["status"] == HTTP_OK) & (frame["error"] == "")
    lost = frame["error"].isin(sorted(UNKNOWN_ERRORS))
    codes = np.where(good, OK, np.where(lost, UNKNOWN, FAIL))
    return pd.Categorical.from_codes(codes, categories=OUTCOMES, validate=False)
