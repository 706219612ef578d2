"""Which parts of the pages are written from tables."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.view.parameters import markdown_table
from tests.conformance.table import table as operations
from tests.docs import reference
from tests.support.pages import DOCS, with_part


class Part(NamedTuple):
    """
    One part of a page, between two marks.

    Attributes:
        name: What its marks call it.
        page: The file it stands in.
        write: What it is written by.
    """

    name: str
    page: Path
    write: Callable[[], str]

    def renewed(self) -> str:
        """Return the text of the page with this part as it is today."""
        return with_part(self.page.read_text("utf-8"), self.name, self.write())


PARTS = (
    Part("operations", DOCS / "reference" / "operations.md", operations),
    Part(
        "parameters",
        DOCS / "reference" / "parameters.md",
        lambda: markdown_table(parameter_table()),
    ),
    Part("commands", DOCS / "reference" / "commands.md", reference.commands),
    Part("settings", DOCS / "reference" / "settings.md", reference.settings),
    Part("api", DOCS / "reference" / "api.md", reference.api),
)
