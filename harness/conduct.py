"""Conducts one trial. The order of everything in it is here, and nowhere else."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from seatrial.harness.clock import now_ns
from seatrial.harness.context import TrialContext
from seatrial.harness.errors import SeatrialError, TargetError
from seatrial.harness.load import Load, loading
from seatrial.harness.model import Event, Service, Status, Workload
from seatrial.harness.observe import observing
from seatrial.harness.recorder import TrialHead, TrialRecorder
from seatrial.harness.scenario import Scenario
from seatrial.harness.target import Connection, Deployment, Target

READY_S = 120.0
STEADY_BEFORE_S = 40.0
STEADY_AFTER_S = 20.0

Ending = tuple[Status, str]
"""How a trial ended, and why."""


def conduct(
    head: TrialHead,
    scenario: Scenario,
    target: Target,
    connection: Connection,
    recorder: TrialRecorder,
) -> Ending:
    """Deploy, load, act, observe, and leave nothing behind; errors of the target go through."""
    workload = head.workload
    _forget_earlier(target, connection, workload)
    with ExitStack() as stack:
        load = stack.enter_context(loading(head.spec.load, recorder.spool))
        context = TrialContext(workload, connection.registry, load, recorder)
        with context.acting("deploy"):
            deployment = stack.enter_context(target.deploy(workload))
        missing = lacking(scenario, deployment, target)
        if missing:
            return missing
        stack.enter_context(evidence(deployment, recorder))
        service = published(workload)
        observer = stack.enter_context(observing(deployment, service.name, recorder.write))
        context.follow(service.name, observer)
        _sail(scenario, deployment, context, load, service)
    return Status.FINISHED, ""


def _forget_earlier(target: Target, connection: Connection, workload: Workload) -> None:
    """No trial may meet what an earlier one left: objects, or ways of connections."""
    target.clean(workload.run)
    port = published(workload).published_port
    if connection.machines and port:
        connection.machines.forget(port)


def _sail(
    scenario: Scenario,
    deployment: Deployment,
    context: TrialContext,
    load: Load,
    service: Service,
) -> None:
    if scenario.load_first:
        with sending(load, deployment, context):
            scenario.act(deployment, context)
            context.steady("after", STEADY_AFTER_S)
        return

    def all_ready() -> bool:
        return len(context.ready(service.name)) == service.replicas

    if not context.wait("all replicas ready", all_ready, READY_S):
        raise TargetError(f"The app was not ready within {READY_S:.0f} s; see the evidence.")
    with sending(load, deployment, context):
        context.steady("before", STEADY_BEFORE_S)
        scenario.act(deployment, context)
        context.steady("after", STEADY_AFTER_S)


def published(workload: Workload) -> Service:
    """The service that is loaded and observed."""
    return next(service for service in workload.services if service.published_port)


def lacking(scenario: Scenario, deployment: Deployment, target: Target) -> Ending | None:
    """Unsupported or not implemented, when the scenario needs what is not there."""
    for need in scenario.needs:
        if isinstance(deployment, need):
            continue
        name = need.__name__
        if name in target.unsupported:
            return Status.UNSUPPORTED, target.unsupported[name]
        return Status.NOT_IMPLEMENTED, f"The adapter {target.name} has no {name}."
    return None


@contextmanager
def sending(load: Load, deployment: Deployment, context: TrialContext) -> Iterator[None]:
    """Load the first endpoint as long as the context lasts."""
    endpoint = deployment.endpoints()[0]
    load.aim(endpoint)
    context.load_event("started", f"{endpoint.host}:{endpoint.port}", load.started)
    try:
        yield
    finally:
        load.stop()
        context.load_event("stopped", "", load.stopped)


@contextmanager
def evidence(deployment: Deployment, recorder: TrialRecorder) -> Iterator[None]:
    """Keep the orchestrator's own account at the end, also of a trial that failed."""
    try:
        yield
    finally:
        try:
            for name, text in deployment.describe().items():
                recorder.evidence(name, text)
        except SeatrialError as error:
            recorder.evidence("missing.txt", f"{error}\n")
            recorder.write(Event(now_ns(), "harness", "gap", "evidence", {"said": str(error)}))
