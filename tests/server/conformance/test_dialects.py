"""Where other servers of the family differ from plus, as plain HTTP."""

import pytest

from tests.server.conftest import Serve

OTHERS = ("open", "trueai", "new-api")


@pytest.mark.parametrize(
    ("dialect", "status", "start"),
    [
        ("open", 200, b""),
        ("trueai", 204, b""),
        ("new-api", 400, b'{"description":"task_no_found "'),
    ],
)
def test_a_task_nobody_knows(serve: Serve, dialect: str, status: int, start: bytes) -> None:
    """1.13: an empty 200, a 204, or the gateway's own error."""
    answer = serve(dialect=dialect).ask("GET", "/mj/task/1/fetch")
    assert answer.status_code == status
    assert answer.content.startswith(start)
    assert bool(answer.content) == bool(start)
