"""Events of a run as a test wants them: what is not said is as usual."""

from dataclasses import replace

from seatrial.harness.progress import Going, RunEnded, TrialBegun, TrialEnded

BEGUN = TrialBegun(
    turn=3,
    trials=12,
    trial="0003-k8s-self_heal-kill",
    title="k8s self_heal kill",
    target="k8s",
    scenario="self_heal",
    variant="kill",
    profile="matched",
    block=1,
    lasts_s=44.0,
    left_s=2280.0,
)
GOING = Going(
    turn=3,
    trials=12,
    trial="0003-k8s-self_heal-kill",
    target="k8s",
    since_s=31.4,
    lasts_s=44.0,
    left_s=2249.0,
    requests=6123,
    errors=3,
    rate_per_s=199.2,
    ready=3,
)
ENDED = TrialEnded(
    turn=3,
    trials=12,
    trial="0003-k8s-self_heal-kill",
    target="k8s",
    status="finished",
    cause="",
    took_s=43.7,
    requests=8601,
    errors=3,
    left_s=2236.0,
)
FAILED = replace(ENDED, status="failed", cause="the API [v1] does not answer")
OVER = RunEnded("r", "results/r", "finished", "", 0, 12, 0, 3600.04, "results/r/report.html")
