"""Which of the family's routes a request asks for."""

from collections.abc import Collection
from functools import cache
from re import Pattern

from mj_notebook.protocol.routes import PAGE_ROUTES, ROUTES, Route


@cache
def _paths() -> tuple[tuple[Route, Pattern[str]], ...]:
    # Here: the command line names the dialects, and needs no web server for it.
    from starlette.routing import compile_path

    return tuple((route, compile_path(route.path)[0]) for route in (*ROUTES, *PAGE_ROUTES))


def route_name(method: str, path: str, missing: Collection[str]) -> str:
    """Return the name of the route that is asked for; "" if there is none, or it is *missing*."""
    # Starlette answers HEAD on every route for GET.
    wanted = "GET" if method == "HEAD" else method
    found = (
        route.name for route, pattern in _paths() if route.method == wanted and pattern.match(path)
    )
    return next((name for name in found if name not in missing), "")
