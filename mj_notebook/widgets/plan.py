"""The live side of a plan: what it would cost, and the button that runs it."""

from typing import Any

from mj_notebook.errors import MJError
from mj_notebook.experiments.plan import Plan
from mj_notebook.language import gettext, ngettext
from mj_notebook.view.html import el
from mj_notebook.widgets.live_widgets import LIVE
from mj_notebook.widgets.shared import set_trait, shared


def open_plan(plan: Plan) -> Any:
    """Open the button of *plan* and return what is to be displayed; call it from a cell."""

    async def build() -> PlanForm:
        return LIVE.shown(plan, lambda: PlanForm(plan), PlanForm)

    return plan.worker.run(build()).widget


class PlanForm:
    """
    Asks before a plan is run; the worker's thread alone writes to it.

    Args:
        plan: What is asked about.

    Attributes:
        widget: What is displayed.
    """

    def __init__(self, plan: Plan) -> None:
        common, self._plan = shared(), plan
        count = len(plan)
        self._button = common.button(
            ngettext("Run {count} job", "Run {count} jobs", count).format(count=f"{count:,}"),
            gettext("Start {jobs}").format(jobs=plan.words),
            "mj-button",
            "mj-primary",
        )
        self._button.on_click(lambda _: self.run())
        self._words = common.html("mj-window-hint")
        self.widget = common.box("mj-panel", children=(self._words, self._button, common.page))
        self._update()

    @property
    def is_open(self) -> bool:
        """Whether the front end still has it."""
        return self.widget.comm is not None

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to run any more."""
        return self._plan.is_run

    def run(self) -> None:
        """Run the plan, once, whatever thread the click comes on."""
        # In the pool: a plan opens the session and sends, which must not stop the panels.
        self._plan.worker.pool.submit(self._run)

    def _run(self) -> None:
        said = ""
        # First the button rests: a plan is run once, and an impatient second click must find it
        # off.
        self._plan.worker.post(self._update, "", True)
        try:
            self._plan.run()
        except MJError as error:
            said = str(error)
        self._plan.worker.post(self._update, said)

    def _update(self, error: str = "", is_busy: bool = False) -> None:  # noqa: FBT001, FBT002 - of a loop
        plan = self._plan
        words = (
            gettext("Started: {jobs}.")
            if plan.is_run
            else gettext("Nothing was sent yet. This stands for {jobs}.")
        ).format(jobs=plan.words)
        told = el("div", error, role="alert") if error else None
        set_trait(self._words, "value", str(el("div", words, told)))
        set_trait(self._button, "disabled", is_busy or plan.is_run)

    def close(self) -> None:
        """Take it away from the page."""
        for part in (self._button, self._words, self.widget):
            part.close()
