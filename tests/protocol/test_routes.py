"""The table of endpoints and the prefixes before them."""

import pytest

from mj_notebook.protocol.routes import PREFIX, ROUTE, ROUTE_OF_REQUEST, ROUTES, prefix
from mj_notebook.protocol.vocabulary import ImageMode, Mode


def test_endpoints_are_the_familys() -> None:
    """Every path but one is below /mj, and reads are told from submits by their kind of request."""
    assert {r.name for r in ROUTES if not r.path.startswith("/mj/")} == {"health"}
    assert len(ROUTE) == len(ROUTES)
    assert ROUTE["fetch"].path == "/mj/task/{id}/fetch"
    assert {route.name for route in ROUTE_OF_REQUEST.values()} >= {"imagine", "action", "modal"}


@pytest.mark.parametrize(
    ("mode", "image_mode", "written"),
    [
        (None, None, ""),
        (Mode.FAST, None, "/mj-fast"),
        (None, ImageMode.PROXY, "/mj-proxy"),
        (Mode.TURBO, ImageMode.RELAY, "/mj-turbo-relay"),
    ],
)
def test_prefixes_are_written_and_read_again(
    mode: Mode | None, image_mode: ImageMode | None, written: str
) -> None:
    """Speed and picture mode make one prefix; reading it gives both words back."""
    assert prefix(mode, image_mode) == written
    found = PREFIX.match(f"{written}/mj/submit/imagine") if written else None
    if written:
        assert found is not None
        assert (found["mode"], found["image_mode"]) == (mode, image_mode)


@pytest.mark.parametrize(
    "path", ["/mj-warp/mj/x", "/mj-fast/x", "/mj-fastmj/x", "/mj-fast-zip/mj/"]
)
def test_other_words_are_no_prefix(path: str) -> None:
    """Only known words, and only before the /mj of a route."""
    assert PREFIX.match(path) is None
