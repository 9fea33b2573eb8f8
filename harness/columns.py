"""Samples as typed columns, read from Arrow without a Python object a row.

Numbers keep the type that the spool gives them (times are int64 ns), words become categories: a
byte a row where there are few of them, as of streams, errors, replicas and versions there are.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from seatrial.harness.record import UNKNOWN_ERRORS, Outcome
from seatrial.harness.spool import SCHEMA

HTTP_OK = 200
WORDS = tuple(field.name for field in SCHEMA if pa.types.is_string(field.type))
OUTCOMES = pd.Index([Outcome.FAIL.value, Outcome.OK.value, Outcome.UNKNOWN.value])
FAIL, OK, UNKNOWN = np.arange(len(OUTCOMES), dtype=np.int8)

Read = Callable[[str], pa.ChunkedArray]
"""Hands over a column of `Sample` by its name."""


def samples(read: Read) -> pd.DataFrame:
    """Samples as `Trial` has them: with their outcome, in the order of their intended times.

    Columns are read one after another, so that Arrow never holds more than one of them.
    """
    order = np.argsort(_numbers(read, "intended_ns"), kind="stable")
    columns: dict[str, object] = {}
    for name in SCHEMA.names:
        columns[name] = (_words if name in WORDS else _numbers)(read, name)[order]
    frame = pd.DataFrame(columns, copy=False)
    return frame.assign(outcome=_outcome(frame))


def _numbers(read: Read, name: str) -> npt.NDArray[np.integer]:
    kind = SCHEMA.field(name).type.to_pandas_dtype()
    return np.asarray(read(name).to_numpy(), dtype=kind)


def _words(read: Read, name: str) -> "pd.Categorical[str]":
    coded = read(name).dictionary_encode().combine_chunks()
    words, ranks = np.unique(coded.dictionary.to_numpy(zero_copy_only=False), return_inverse=True)
    small = ranks.astype(np.min_scalar_type(-len(words) - 1))
    codes = small[coded.indices.to_numpy()]
    return pd.Categorical.from_codes(codes, categories=pd.Index(words.astype(str)), validate=False)


def _outcome(frame: pd.DataFrame) -> "pd.Categorical[str]":
    good = (frame["status"] == HTTP_OK) & (frame["error"] == "")
    lost = frame["error"].isin(sorted(UNKNOWN_ERRORS))
    codes = np.where(good, OK, np.where(lost, UNKNOWN, FAIL))
    return pd.Categorical.from_codes(codes, categories=OUTCOMES, validate=False)
