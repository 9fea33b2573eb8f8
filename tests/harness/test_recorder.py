"""The run directory survives whatever happens to its writer."""

from pathlib import Path

import pytest

from seatrial.harness.errors import MeasurementError
from seatrial.harness.record import Event, Sample, Status, TrialSpec
from seatrial.harness.recorder import TrialHead, TrialRecorder, read_run, read_trial, trial_folders
from seatrial.harness.spool import SpoolWriter, read_spool
from seatrial.harness.workload import counter

HEAD = TrialHead(TrialSpec(3, 1, "fake", "stock", "deploy", ""), counter("r", "registry.test"))


def sample(seq: int, status: int = 200, error: str = "") -> Sample:
    return Sample("fresh", seq, seq * 10, seq * 10, seq * 10 + 5, status, error, "a", "v1", seq)


def recorded(tmp_path: Path, *events: Event) -> TrialRecorder:
    recorder = TrialRecorder(tmp_path, HEAD)
    for event in events:
        recorder.write(event)
    return recorder


def test_what_is_written_is_read_back_in_the_order_of_its_times(tmp_path: Path) -> None:
    late, early = Event(9, "harness", "finished"), Event(2, "harness", "act", "x", {"what": "y"})
    recorder = recorded(tmp_path, late, early)
    recorder.close()
    trial = read_trial(recorder.folder)
    assert trial.events == (early, late)
    assert (trial.spec, trial.workload, trial.status) == (HEAD.spec, HEAD.workload, Status.FINISHED)
    assert trial_folders(tmp_path) == [recorder.folder]


def test_a_record_without_an_ending_was_interrupted(tmp_path: Path) -> None:
    recorder = recorded(tmp_path, Event(2, "harness", "act", "x", {"what": "y"}))
    trial = read_trial(recorder.folder)
    recorder.close()
    assert trial.status is Status.INTERRUPTED
    assert "killed" in trial.cause


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    recorder = recorded(tmp_path, Event(2, "harness", "steady", "before"))
    recorder.close()
    with (recorder.folder / "events.jsonl").open("ab") as file:
        file.write(b'{"at_ns":3,"sour')
    assert [event.kind for event in read_trial(recorder.folder).events] == ["steady"]


def test_a_cut_spool_gives_its_whole_batches(tmp_path: Path) -> None:
    path = tmp_path / "samples.arrow"
    spool = SpoolWriter(path)
    for number in range(20):
        spool.add(sample(number))
        if number % 5 == 4:
            spool.flush()
    whole = path.read_bytes()
    spool.close()
    path.write_bytes(whole[:-40])
    assert read_spool(path).num_rows == 15
    path.write_bytes(b"")
    assert read_spool(path).num_rows == 0


def test_closing_keeps_every_sample_with_its_outcome(tmp_path: Path) -> None:
    recorder = recorded(tmp_path)
    spool = SpoolWriter(recorder.spool)
    for row in (sample(2, 500), sample(0), sample(1, 0, "timeout"), sample(3, 200, "bad_body")):
        spool.add(row)
    spool.close()
    recorder.close()
    trial = read_trial(recorder.folder)
    assert trial.samples["seq"].tolist() == [0, 1, 2, 3]
    assert trial.samples["outcome"].tolist() == ["ok", "unknown", "fail", "fail"]
    assert not recorder.spool.exists()


def test_evidence_cannot_leave_its_folder(tmp_path: Path) -> None:
    recorder = recorded(tmp_path)
    recorder.evidence("../../../up.txt", "x")
    recorder.close()
    assert [path.parent.name for path in tmp_path.rglob("*up.txt")] == ["evidence"]


def test_a_folder_that_is_no_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(MeasurementError, match="is no run directory"):
        read_run(tmp_path)
