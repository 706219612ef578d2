"""Each operation does what it says where it exists; where it doesn't, one sentence tells."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mj_notebook.errors import MJError
from mj_notebook.protocol.routes import ROUTES
from mj_notebook.server.http.dialects import DIALECTS
from tests.conformance.operations import EVERY, OPERATIONS, Operation
from tests.conformance.talk import Talk

Open = Callable[[str], Talk]


@pytest.mark.parametrize(
    ("operation", "dialect"),
    [
        pytest.param(operation, dialect, id=f"{dialect}-{number}-{operation.name}")
        for number, operation in enumerate(OPERATIONS)
        for dialect in operation.dialects
    ],
)
def test_an_operation_works(operation: Operation, dialect: str, tmp_path: Path) -> None:
    """Through session and client, over a socket, in this dialect."""
    with Talk(tmp_path, dialect) as talk:
        operation.check(talk)


@pytest.mark.parametrize(
    ("operation", "dialect"),
    [
        pytest.param(operation, dialect, id=f"{dialect}-{number}-{operation.name}")
        for number, operation in enumerate(OPERATIONS)
        for dialect in EVERY
        if dialect not in operation.dialects
    ],
)
def test_what_a_server_lacks_is_told(operation: Operation, dialect: str, tmp_path: Path) -> None:
    """An operation that this dialect hasn't got ends with an error of ours that has a remedy."""
    with Talk(tmp_path, dialect) as talk, pytest.raises(MJError) as caught:
        operation.check(talk)
    assert str(caught.value.args[0]).endswith(".")


def test_every_endpoint_stands_in_the_table() -> None:
    """Whatever the protocol has is carried out by some row; pictures and health by all of them."""
    used = {name for operation in OPERATIONS for name in operation.routes}
    assert {route.name for route in ROUTES} - used == {"image", "health"}


def test_the_table_agrees_with_the_dialects() -> None:
    """An operation works where the server has its endpoints, or in another way that is named."""
    for operation in OPERATIONS:
        for dialect in operation.dialects:
            has_all = not DIALECTS[dialect].missing_routes.intersection(operation.routes)
            assert has_all or dialect in operation.instead, (operation.name, dialect)
