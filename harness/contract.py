"""What every adapter must hold to, as a pytest class to inherit from.

Give it the class attribute `adapter` (the `Target` class) and, in the test module, a module-scoped
fixture `connection` (how to reach the orchestrator). The tests wait for conditions with bounds, so
that a slow engine passes and one that never does what it accepted fails. What an orchestrator
cannot do its adapter lists in `unsupported`; then it must not offer it either.
"""

from seatrial.harness.contract_core import CoreContract
from seatrial.harness.contract_nodes import NodeContract
from seatrial.harness.contract_releases import ReleaseContract
from seatrial.harness.contract_replicas import ReplicaContract


class TargetContract(CoreContract, ReplicaContract, ReleaseContract, NodeContract):
    """Inherit, set `adapter`, provide the fixture `connection`."""
