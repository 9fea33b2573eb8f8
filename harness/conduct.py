"""Conducts one trial. The order of everything in it is here, and nowhere else."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from seatrial.harness.capability import Edge, ImageCache, Pulls
from seatrial.harness.clock import now_ns
from seatrial.harness.context import TrialContext
from seatrial.harness.errors import SeatrialError, TargetError
from seatrial.harness.host import sampling
from seatrial.harness.load import Load, loading
from seatrial.harness.model import Endpoint, Workload
from seatrial.harness.observe import observing
from seatrial.harness.record import Event, Status
from seatrial.harness.recorder import TrialHead, TrialRecorder
from seatrial.harness.scenario import Scenario
from seatrial.harness.target import Connection, Deployment, Target
from seatrial.harness.validity import ALL_READY
from seatrial.harness.workload import images

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
    workload, setup = head.workload, scenario.setup()
    with ExitStack() as stack:
        load = stack.enter_context(loading(head.spec.load, recorder.spool))  # boots in the meantime
        _forget_earlier(target, connection, workload)
        if setup.cold and isinstance(target, ImageCache):
            stack.enter_context(_without(images(connection.registry), target))
        load.ready()
        context = TrialContext(workload, connection, load, recorder)
        with context.acting("deploy"):
            deployment = stack.enter_context(target.deploy(workload))
        missing = lacking(scenario, workload, deployment, target, connection)
        if missing:
            return missing
        stack.enter_context(evidence(deployment, recorder))
        if context.hands:
            stack.callback(context.hands.repair)
        for service in setup.followed:
            observer = stack.enter_context(observing(deployment, service, recorder.write))
            context.follow(service, observer)
        with sampling(recorder.write):
            _sail(scenario, deployment, context, load)
        _count_pulls(deployment, context, cold=setup.cold)
    return Status.FINISHED, ""


@contextmanager
def _without(of_app: Sequence[str], cache: ImageCache) -> Iterator[None]:
    """No node holds an image of the app; afterwards all do again, as the next trials expect.

    All of them: a version that stayed would keep the layers that it shares with the one deployed.
    """
    try:
        cache.discard(of_app)
        yield
    finally:
        cache.pull(of_app)


def _forget_earlier(target: Target, connection: Connection, workload: Workload) -> None:
    """No trial may meet what an earlier one left: objects, broken nodes, ways of connections."""
    if connection.machines:
        connection.machines.settle()
    target.clean(workload.run)
    port = workload.published.published_port
    if connection.machines and port:
        connection.machines.forget(port)


def _sail(scenario: Scenario, deployment: Deployment, context: TrialContext, load: Load) -> None:
    setup, service = scenario.setup(), context.workload.published
    endpoint = _way_in(deployment, by_worker=setup.by_worker)
    if setup.load_first:
        with sending(load, endpoint, context):
            scenario.act(deployment, context)
            context.steady("after", STEADY_AFTER_S)
        return

    def all_ready() -> bool:
        return len(context.ready(service.name)) == service.replicas

    if not context.wait(ALL_READY, all_ready, READY_S):
        raise TargetError(f"The app was not ready within {READY_S:.0f} s; see the evidence.")
    with sending(load, endpoint, context):
        context.steady("before", STEADY_BEFORE_S)
        scenario.act(deployment, context)
        context.steady("after", STEADY_AFTER_S)


def _count_pulls(deployment: Deployment, context: TrialContext, *, cold: bool) -> None:
    """Record how many images were fetched, where the orchestrator tells of it."""
    if isinstance(deployment, Pulls):
        try:
            context.note("pulled", images=deployment.pulled(), cold=cold)
        except TargetError as error:
            context.note("gap", "pulled", said=str(error))


def _way_in(deployment: Deployment, *, by_worker: bool) -> Endpoint:
    """The first node's, or where it is to be a worker's the next one's, if there is one."""
    first, *others = deployment.endpoints()
    return others[0] if by_worker and others else first


def lacking(
    scenario: Scenario,
    workload: Workload,
    deployment: Deployment,
    target: Target,
    connection: Connection,
) -> Ending | None:
    """Unsupported or not implemented, when the trial needs what is not there."""
    images_go = (ImageCache,) if scenario.setup().cold else ()
    for need in (*scenario.needs, *images_go, *((Edge,) if workload.edge else ())):
        if any(isinstance(each, need) for each in (deployment, connection.machines, target)):
            continue
        name = need.__name__
        if name in target.unsupported:
            return Status.UNSUPPORTED, target.unsupported[name]
        return Status.NOT_IMPLEMENTED, f"The adapter {target.name} has no {name}."
    return None


@contextmanager
def sending(load: Load, endpoint: Endpoint, context: TrialContext) -> Iterator[None]:
    """Load the endpoint as long as the context lasts."""
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
