"""What is seen of a trial while its record grows: counts that are right however it is cut."""

import errno
import itertools
import json
import threading
import time
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

from seatrial.harness import watch
from seatrial.harness.load import loading
from seatrial.harness.loopback import HOST, LoopbackServer
from seatrial.harness.model import Endpoint
from seatrial.harness.record import LoadPlan, Sample
from seatrial.harness.spool import SpoolWriter, read_spool, whole
from seatrial.harness.watch import NOTHING, Look, Onlooker, regularly

MS = 1_000_000
PATIENCE_S = 30.0


def sample(seq: int, error: str = "", status: int = 200) -> Sample:
    """One request every 10 ms, that took 5."""
    at = 1_000 * MS + seq * 10 * MS
    return Sample("fresh", seq, at, at, at + 5 * MS, status, error, "a", "v1", seq)


def spooled(path: Path, *sizes: int) -> bytes:
    """A spool of batches of these sizes."""
    writer, seq = SpoolWriter(path), 0
    for size in sizes:
        for _ in range(size):
            writer.add(sample(seq))
            seq += 1
        writer.flush()
    writer.close()
    return path.read_bytes()


def events(*told: tuple[str, str, str]) -> bytes:
    """Lines of events: kind, replica, service."""
    lines = (
        {"at_ns": 1, "source": "orchestrator", "kind": k, "subject": r, "detail": {"service": s}}
        for k, r, s in told
    )
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_before_anything_is_written_there_is_nothing_to_see(tmp_path: Path) -> None:
    assert Onlooker(tmp_path, "frontend").look() == NOTHING


def test_requests_and_errors_are_counted_and_the_rate_is_of_their_own_time(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path / "samples.arrow")
    onlooker = Onlooker(tmp_path, "frontend")
    assert onlooker.look() == NOTHING
    for seq in range(101):
        writer.add(sample(seq))
    writer.flush()
    first = onlooker.look()
    assert (first.requests, first.errors) == (101, 0)
    assert first.rate_per_s == pytest.approx(101)
    bad = [("refused", 0), ("bad_body", 200), ("", 500)]
    for place, (error, status) in enumerate(bad):
        writer.add(sample(101 + place, error, status))
    writer.flush()
    then = onlooker.look()
    assert (then.requests, then.errors) == (104, 3)
    assert then.rate_per_s == pytest.approx(100)
    still = onlooker.look()
    assert still == Look(104, 3, 0.0, None)
    writer.close()


def test_a_spool_that_is_cut_anywhere_is_counted_once_when_it_is_whole(tmp_path: Path) -> None:
    got = spooled(tmp_path / "made", 3, 1, 5)
    for cut in range(0, len(got), 7):
        spool = tmp_path / "samples.arrow"
        spool.write_bytes(got[:cut])
        onlooker = Onlooker(tmp_path, "frontend")
        begun = onlooker.look().requests
        assert begun in {0, 3, 4, 9}
        spool.write_bytes(got)
        assert onlooker.look().requests == 9


def test_a_tail_that_is_longer_than_a_block_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got = spooled(tmp_path / "samples.arrow", *[20] * 30)
    monkeypatch.setattr(watch, "BLOCK", len(got) // 5)
    assert Onlooker(tmp_path, "frontend").look().requests == 600


def test_what_is_whole_of_a_spool_is_what_its_reader_reads(tmp_path: Path) -> None:
    got = spooled(tmp_path / "samples.arrow", 3, 4)
    batches, size = whole(got)
    assert (
        sum(batch.num_rows for batch in batches) == read_spool(tmp_path / "samples.arrow").num_rows
    )
    assert whole(got[size:]) == ([], 0)


def test_the_ready_replicas_of_the_loaded_service_are_counted(tmp_path: Path) -> None:
    path, onlooker = tmp_path / "events.jsonl", Onlooker(tmp_path, "frontend")
    told = [("ready", name, "frontend") for name in "abc"]
    path.write_bytes(events(*told, ("ready", "r", "backend")))
    assert onlooker.look().ready == 3
    more = events(
        ("unready", "a", "frontend"), ("gone", "a", "frontend"), ("gone", "b", "frontend")
    )
    path.write_bytes(path.read_bytes() + more[:-9])
    assert onlooker.look().ready == 2
    path.write_bytes(path.read_bytes()[: -len(more[:-9])] + more)
    assert onlooker.look().ready == 1


def test_lines_that_are_torn_or_tell_of_no_replica_are_passed_over(tmp_path: Path) -> None:
    lines = [b'{"at_ns": 3, "sou', b'{"source": "host", "kind": "sample", "detail": {}}']
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n" + events(("appeared", "a", "frontend")))
    assert Onlooker(tmp_path, "frontend").look().ready == 0


def onlookers() -> list[Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "onlooker"]


def test_who_looks_on_is_asked_once_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LEAST_S", 0.1)
    turns, enough = list[float](), Flag()

    def act() -> None:
        turns.append(time.monotonic())
        if len(turns) > 3:
            enough.set()

    with regularly(0.0, act):
        assert enough.wait(PATIENCE_S)
    assert not onlookers()
    assert all(after - before >= 0.1 for before, after in itertools.pairwise(turns))


def test_an_onlooker_that_fails_is_asked_no_more_and_harms_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "LEAST_S", 0.01)
    asked = list[int]()

    def fail() -> None:
        asked.append(1)
        raise OSError(errno.EIO, "the terminal is gone")

    with regularly(0.0, fail):
        for thread in onlookers():
            thread.join(PATIENCE_S)
        assert not onlookers()
    assert asked == [1]


def test_a_load_process_that_dies_leaves_the_counts_as_they_were(tmp_path: Path) -> None:
    onlooker = Onlooker(tmp_path, "frontend")
    with (
        LoopbackServer(lambda: ("a", "v1")) as server,
        loading(LoadPlan(rate_per_s=100), tmp_path / "samples.arrow") as load,
    ):
        load.ready()
        load.aim(Endpoint(HOST, server.port))
        deadline = time.monotonic() + PATIENCE_S
        while not onlooker.look().requests:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        load.process.kill()
        load.process.wait()
        last = onlooker.look()
        assert last.requests == read_spool(tmp_path / "samples.arrow").num_rows
        assert onlooker.look().requests == last.requests
