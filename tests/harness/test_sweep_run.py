"""A sweep on FakeTarget from its suite to its page, with the real load process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pandas as pd
import pytest
from support.fake_runs import FakeProvider, planned, runner

from seatrial.harness import plan, registry
from seatrial.harness.derive import derive
from seatrial.harness.errors import Stopped
from seatrial.harness.fake import FakeTarget
from seatrial.harness.model import Delay, Preflight, Settings
from seatrial.harness.plan import Plan
from seatrial.harness.record import Run, Status, Trial
from seatrial.harness.recorder import read_run, read_trial, trial_folders
from seatrial.harness.target import Connection
from seatrial.reports import html

pytestmark = pytest.mark.timeout(400)

SUITE = """
schema = 1
name = "swept"
provider = "fake"
targets = ["fake"]
[settings]
notice_s = 5
[load]
rate_per_s = 60
[[scenarios]]
name = "load_balance"
parameters = { hold_s = 2 }
[[sweep]]
setting = "settings.notice_s"
points = [10, 20]
[[sweep]]
setting = "replicas"
points = [2]
"""


class Tuned(FakeTarget):
    """A fake cluster that can be told when to notice a lost node, and tells what that costs."""

    unsupported: ClassVar = {}
    told: ClassVar[list[float | None]] = []

    def tune(self, settings: Settings) -> None:
        self.told.append(settings.notice_s)

    def preflight(self) -> Preflight:
        return replace(super().preflight(), settings={"grace": f"{self.told[-1]} s"})

    def delays(self, found: Preflight, settings: Settings) -> tuple[Delay, ...]:
        return (Delay("node_noticed", settings.notice_s or 0.0, found.settings["grace"]),)


def plan_of(folder: Path) -> Plan:
    path = folder / "swept.toml"
    path.write_text(SUITE)
    return plan.make(plan.load(path), "swept", 1, {"fake": Tuned}, registry.scenarios())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("swept")
    Tuned.told.clear()
    ready = runner(made / "run", plan_of(made), FakeProvider("fake://sweep"))
    replace(ready, targets={"fake": Tuned}).run()
    derive(made / "run", registry.scenarios())
    yield made / "run"
    Tuned.told.clear()


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return read_run(folder)


@pytest.fixture(scope="module")
def trials(folder: Path) -> list[Trial]:
    return [read_trial(path) for path in trial_folders(folder)]


def test_every_trial_ran_with_the_cluster_and_the_app_at_its_point(trials: list[Trial]) -> None:
    assert [trial.status for trial in trials] == [Status.FINISHED] * 3
    wide = {trial.spec.swept: trial.workload.service("frontend").replicas for trial in trials}
    assert wide == {"replicas": 2, "settings.notice_s": 3}
    # three looks before the trials, a series each, and the cluster's own default at the end
    first, then, last = Tuned.told[:3], Tuned.told[3:-1], Tuned.told[-1]
    assert sorted(map(str, first)) == ["10.0", "20.0", "5.0"]
    assert then == [trial.spec.settings.notice_s for trial in trials]
    assert last is None


def test_what_was_read_back_and_what_it_costs_is_kept_for_every_point(run: Run) -> None:
    found = {(p.swept, p.point): (p.settings["grace"], p.delays) for p in run.preflights}
    assert found == {
        ("settings.notice_s", 10.0): ("10.0 s", (Delay("node_noticed", 10.0, "10.0 s"),)),
        ("settings.notice_s", 20.0): ("20.0 s", (Delay("node_noticed", 20.0, "20.0 s"),)),
        ("replicas", 2.0): ("5.0 s", (Delay("node_noticed", 5.0, "5.0 s"),)),
    }


def test_metrics_tell_the_setting_and_its_point(folder: Path) -> None:
    frame = pd.read_csv(folder / "metrics.csv", keep_default_na=False)
    marks = {(row.swept, str(row.point)) for row in frame.itertuples()}
    assert marks == {("settings.notice_s", "10"), ("settings.notice_s", "20"), ("replicas", "2")}


def test_the_page_shows_the_sweep(folder: Path) -> None:
    text = html.write(folder, registry.scenarios()).read_text()
    assert 'id="sweeps"' in text
    assert "settings.notice_s" in text


def test_a_run_that_is_stopped_leaves_the_clusters_own_settings(tmp_path: Path) -> None:
    Tuned.told.clear()

    def stop(line: str) -> None:
        if line.startswith("[1/"):
            raise Stopped

    ready = runner(tmp_path / "run", plan_of(tmp_path), FakeProvider("fake://stopped"), stop)
    with pytest.raises(Stopped):
        replace(ready, targets={"fake": Tuned}).run()
    assert Tuned.told[-1] is None
    assert len(Tuned.told) > 1


def test_a_cluster_that_was_never_told_anything_is_not_visited_again(tmp_path: Path) -> None:
    provider = FakeProvider("fake://untold", broken=True)
    runner(tmp_path, planned(("deploy", "warm")), provider).run()
    assert provider.provided == ["fake", "fake"]  # the first look, and the only series


def test_a_cluster_that_others_use_is_never_told_anything(tmp_path: Path) -> None:
    Tuned.told[:] = [7.0]

    class Shared(FakeProvider):
        @contextmanager
        def provide(self, target: str) -> Iterator[Connection]:
            with super().provide(target) as connection:
                yield replace(connection, exclusive=False)

    whole, said = plan_of(tmp_path), list[str]()
    provider = Shared("fake://shared", broken=True)
    ready = runner(tmp_path / "run", whole, provider, said.append)
    replace(ready, targets={"fake": Tuned}).run()
    assert Tuned.told == [7.0]
    assert not [line for line in said if "its own settings" in line]
    graces = {found.settings["grace"] for found in read_run(tmp_path / "run").preflights}
    assert graces == {"7.0 s"}


def test_settings_that_could_not_be_given_back_are_said(tmp_path: Path) -> None:
    whole = plan_of(tmp_path)
    said: list[str] = []
    provider = FakeProvider("fake://gone", broken=True)
    ready = runner(tmp_path / "run", replace(whole, trials=whole.trials[:1]), provider, said.append)
    replace(ready, targets={"fake": Tuned}).run()
    assert said[-2:] == ["Giving fake its own settings again", "  fake: the lab went away"]
