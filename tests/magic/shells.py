"""A real shell, and what a test reads of it."""

from typing import Any

from mj_notebook.session.job import Job

WIDGET = "application/vnd.jupyter.widget-view+json"


class Shell:
    """
    A shell whose displays are kept.

    Attributes:
        real: IPython's own.
    """

    def __init__(self, real: Any) -> None:
        self.real = real

    def run(self, cell: str) -> Any:
        """Run a cell to its end, and return what IPython says of it."""
        return self.real.run_cell(cell, store_history=True)

    def job(self, cell: str) -> Job:
        """Run a cell, and return the last job."""
        self.run(cell).raise_error()
        job: Job = self.name("_mj")
        return job

    def error(self, cell: str) -> BaseException:
        """Run a cell that fails, and return why."""
        error = self.run(cell).error_in_exec
        assert isinstance(error, BaseException)
        return error

    def name(self, name: str) -> Any:
        """Return the value of a name in the shell."""
        return self.real.user_ns[name]

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """Everything that was displayed so far, updates included."""
        return list(self.real.display_pub.outputs)

    @property
    def displayed(self) -> list[dict[str, Any]]:
        """The bundles that were displayed anew."""
        return [one["data"] for one in self.outputs if not one.get("update")]

    @property
    def updates(self) -> list[dict[str, Any]]:
        """The bundles that took the place of an earlier one."""
        return [one["data"] for one in self.outputs if one.get("update")]
