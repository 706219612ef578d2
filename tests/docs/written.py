"""Which parts of the pages are written from tables."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.client.causes import table_in_chinese
from tests.conformance.table import table as operations
from tests.docs import reference
from tests.docs.words import in_chinese
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


ZH = DOCS / "zh" / "reference"
WRITERS = (
    reference.commands,
    reference.settings,
    reference.parameters,
    table_in_chinese,
)
"""What is written in Chinese as well."""

_IN_CHINESE = ("commands", "settings", "parameters", "causes")

PARTS = (
    Part("operations", DOCS / "reference" / "operations.md", operations),
    Part(
        "parameters",
        DOCS / "reference" / "parameters.md",
        reference.parameters,
    ),
    Part("commands", DOCS / "reference" / "commands.md", reference.commands),
    Part("settings", DOCS / "reference" / "settings.md", reference.settings),
    Part("api", DOCS / "reference" / "api.md", reference.api),
    *(
        Part(name, ZH / f"{name}.md", partial(in_chinese, write))
        for name, write in zip(
            ("commands", "settings", "parameters", "causes"), WRITERS, strict=True
        )
    ),
)
