"""What a page works, in processor time of its own thread: other programs make that no longer."""

from typing import Any

from playwright.sync_api import Page


class Work:
    """
    What the main thread of a page works.

    Args:
        page: The page.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session: Any = page.context.new_cdp_session(page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def _now(self) -> float:
        told = self._session.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in told if one["name"] == "TaskDuration")) * 1000

    def of(self, code: str, argument: object = None) -> float:
        """Return how many milliseconds of processor *code* and what follows from it take."""
        before = self._now()
        self._page.evaluate(code, argument)
        return self._now() - before
