"""Names and addresses of the lab."""

from ipaddress import ip_address, ip_network

import pytest

from seatrial.lab import layout

BENCHMARKING = ip_network("198.18.0.0/15")


@pytest.mark.parametrize(
    "network",
    [
        layout.SUBNET,
        layout.POD_SUBNET,
        layout.SERVICE_SUBNET,
        layout.OVERLAY_POOL,
        layout.BRIDGE_POOL,
    ],
)
def test_every_network_is_from_the_benchmarking_block(network: str) -> None:
    assert ip_network(network).subnet_of(BENCHMARKING)


def test_networks_do_not_overlap() -> None:
    names = (
        layout.SUBNET,
        layout.POD_SUBNET,
        layout.SERVICE_SUBNET,
        layout.OVERLAY_POOL,
        layout.BRIDGE_POOL,
    )
    networks = [ip_network(name) for name in names]
    pairs = [(a, b) for i, a in enumerate(networks) for b in networks[i + 1 :]]
    assert not [pair for pair in pairs if pair[0].overlaps(pair[1])]


def test_the_largest_labs_have_distinct_addresses_on_the_bridge() -> None:
    nodes = [n for kind in layout.SIZES for n in layout.nodes(kind, layout.MOST_NODES)]
    addresses = {n.address for n in nodes} | {layout.GATEWAY, layout.REGISTRY_ADDRESS}
    assert len(addresses) == len(nodes) + 2
    assert all(ip_address(a) in ip_network(layout.SUBNET) for a in addresses)
