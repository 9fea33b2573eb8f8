"""The lab whose kernels have IPVS, for as long as the tests here go on."""

from collections.abc import Iterator

import pytest

from seatrial.lab import layout, life
from seatrial.lab.sources import Source


@pytest.fixture(scope="session", autouse=True)
def mesh() -> Iterator[None]:
    life.up(layout.MESH, layout.SIZES[layout.MESH], Source.AUTO, print)
    yield
    life.down(layout.MESH, print)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Trials first: once this process has taken the labs, no command of its own gets them."""
    items.sort(key=lambda item: item.path.name != "test_mesh_trials.py")
