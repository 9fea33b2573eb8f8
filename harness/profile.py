"""The profiles: settings by name."""

from collections.abc import Mapping

from seatrial.harness.model import Order, Settings

PROFILES: Mapping[str, Settings] = {
    "stock": Settings(),
    "matched": Settings(
        # Kubernetes' nodes say that they live every 10 s: less than two of that is noise
        notice_s=20.0,
        replacement_delay_s=0.0,
        stop_grace_s=10.0,
        order=Order.START_FIRST,
    ),
}
"""`stock` compares what each does by itself, `matched` what is left when both are told the same."""
