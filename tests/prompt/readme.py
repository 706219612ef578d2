"""The README's table of parameters, from the file that prompts are looked at by.

``python -m tests.prompt.readme`` writes it.
"""

from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.view.parameters import markdown_table
from tests.support.readme import README, with_part

BEGIN, END = (
    "<!-- parameters: written by tests.prompt.readme -->",
    "<!-- end of parameters -->",
)


def with_table(text: str) -> str:
    """Return the README's *text* with the table of today between its marks."""
    return with_part(text, BEGIN, END, markdown_table(parameter_table()))


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
