"""Every test that asks runs for both clients."""

import pytest

from tests.client.asking import ASKERS, Asker


@pytest.fixture(params=ASKERS, ids=lambda kind: kind.name)
def asker(request: pytest.FixtureRequest) -> type[Asker]:
    """One of the two clients, behind the same face."""
    kind: type[Asker] = request.param
    return kind
