"""A run that was cut off anywhere is derived and reported as far as it got."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.fake_runs import FakeProvider, planned, runner

from seatrial.harness import registry
from seatrial.harness.derive import derive
from seatrial.harness.record import Status
from seatrial.harness.recorder import read_status, trial_folders

pytestmark = pytest.mark.timeout(600)

CASES = (("deploy", "warm"), ("self_heal", "delete"), ("scale", "6"), ("rollout", ""))
TRUNCATIONS = 24
BATCH = 50
"""Requests that a load process of 100/s spools at once, about."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "r"
    runner(folder, planned(*CASES), FakeProvider("fake://truncated")).run()
    return folder


def spooled(trial: Path) -> Path:
    """The trial with its spool, as it is before the record is closed."""
    parquet, spool = trial / "samples.parquet", trial / "samples.arrow"
    table = pq.read_table(parquet)
    with pa.OSFile(str(spool), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
        for batch in table.to_batches(BATCH):
            stream.write_batch(batch)
    parquet.unlink()
    return trial


def cut(path: Path, dice: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: dice.randrange(path.stat().st_size)])


def before_anything(trial: Path, _: random.Random) -> None:
    shutil.rmtree(trial)
    trial.mkdir()


def while_the_head_is_written(trial: Path, dice: random.Random) -> None:
    before_anything_but(trial, "trial.json")
    cut(trial / "trial.json", dice)


def while_it_went_on(trial: Path, dice: random.Random) -> None:
    cut(spooled(trial) / "samples.arrow", dice)
    cut(trial / "events.jsonl", dice)


def before_the_load(trial: Path, dice: random.Random) -> None:
    before_anything_but(trial, "trial.json", "events.jsonl")
    cut(trial / "events.jsonl", dice)


def while_the_spool_is_converted(trial: Path, dice: random.Random) -> None:
    shutil.copy(trial / "samples.parquet", trial / "samples.parquet.part")
    cut(trial / "samples.parquet.part", dice)
    spooled(trial)


def before_anything_but(trial: Path, *names: str) -> None:
    for path in trial.iterdir():
        if path.name not in names:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


STATES: tuple[Callable[[Path, random.Random], None], ...] = (
    before_anything,
    while_the_head_is_written,
    before_the_load,
    *[while_it_went_on] * 4,  # for most of the time
    while_the_spool_is_converted,
)


MOMENTS = [(seed, STATES[seed % len(STATES)]) for seed in range(TRUNCATIONS)]


@pytest.mark.parametrize(("seed", "state"), MOMENTS)
def test_a_run_cut_off_anywhere_is_derived_and_reported(
    whole: Path, tmp_path: Path, seed: int, state: Callable[[Path, random.Random], None]
) -> None:
    dice, folder = random.Random(seed), tmp_path / "r"  # noqa: S311 - moments, no secret
    shutil.copytree(whole, folder)
    trials = trial_folders(folder)
    last = dice.randrange(len(trials))
    for later in trials[last + 1 :]:
        shutil.rmtree(later)
    state(trials[last], dice)
    (folder / "metrics.csv").unlink(missing_ok=True)
    frame = derive(folder, registry.scenarios()).drop_duplicates("trial").set_index("trial")
    begun = {number + 1 for number in range(last)}
    assert begun <= set(frame.index) <= {*begun, last + 1}
    if last + 1 in frame.index and read_status(trials[last]) is Status.INTERRUPTED:
        assert not frame["valid"][last + 1]
        assert frame["reason"][last + 1].startswith("interrupted")
    page = registry.report("html")(folder, registry.scenarios())
    assert "</html>" in Path(str(page)).read_text()
    table = str(registry.report("table")(folder, registry.scenarios()))
    assert table.count("No valid measurement") >= len(trials) - last - 1
