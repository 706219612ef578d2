"""Tables, and lines of a batch: their heads and words are Chinese too, whatever is in them."""

import re

import pytest

from mj_notebook.api.spend import BY, Spend
from mj_notebook.experiments.batch import Batch
from mj_notebook.experiments.batch_progress import (
    backoff_line,
    opening_line,
    status_text,
    summary_line,
)
from mj_notebook.experiments.batch_rows import BatchRow
from mj_notebook.experiments.measure_run import Measured
from mj_notebook.experiments.measures import Failure
from mj_notebook.experiments.schedule import Backoff, EndReason, Limits, Obstacle, RowStatus
from mj_notebook.prompt.drawn import drawn_otherwise
from mj_notebook.prompt.rules import shipped_rules
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.spending import SpendLine
from mj_notebook.session.submission import Submission
from mj_notebook.view import history, verification
from mj_notebook.view.findings import retold
from mj_notebook.view.parameters import parameters_bundle
from mj_notebook.view.table import table_text
from mj_notebook.view.verification import DAMAGED, PictureFault, Verification
from mj_notebook.widgets.unstyled import Frame

pytestmark = pytest.mark.usefixtures("chinese")


def english(text: str) -> list[str]:
    """Return the English words of *text* that are no code."""
    code = (
        r"mj\.[a-z_]+(?:\(.*?\))?|%mj \w+|--\w+|row\.job|\.answer|"
        r"'?NAME'?|'off'|rules|params|costs|W:H"
    )
    return re.findall(r"[A-Za-z]{2,}", re.sub(code, " ", text))


@pytest.mark.parametrize("by", BY)
def test_spending_is_told_in_chinese(by: str) -> None:
    """Heads, the sum, and who is not known."""
    spent = Spend([SpendLine("(not known)", submitted=2, failed=1, credits=1.5)], by)
    assert english(spent._repr_mimebundle_()["text/plain"]) == []
    assert spent.to_records()[0]["name"] == "(not known)"  # which programs read


def test_parameters_and_rules_are_told_in_chinese() -> None:
    """What each is, and what is looked for; names and values stay as they are typed."""
    book = shipped_rules()
    for word in ("", "rules", "ar", "cw", "sref"):
        head, *lines, note = str(parameters_bundle(book, word)["text/plain"]).splitlines()
        assert english(head) + english(note) == []
        assert all(re.search(r"[\u4e00-\u9fff]", line) for line in lines)


def test_heads_of_lists_are_chinese() -> None:
    """History, what was looked through, and a batch."""
    for columns in (history._COLUMNS, verification._COLUMNS):
        assert english(table_text(columns, [])) == []
    fault = PictureFault("1", "demo", "画", "图", "", DAMAGED)
    assert english(repr(Verification(1, (fault,)))) == []
    assert english(Batch([])._repr_mimebundle_()["text/plain"]) == []


def test_a_batch_is_told_in_chinese() -> None:
    """From its first line to its last, whatever keeps it from going on."""
    row = BatchRow(1, Submission(Imagine(prompt="画")), price=1.0)
    row.why = "无"
    said = [opening_line([row], Limits(3, budget=2))]
    said += [backoff_line(Backoff(kind, 1, 0, 60), 0) for kind in Obstacle]
    said += [summary_line([row], end) for end in (None, *EndReason)]
    for row.standing in RowStatus:
        said.append(status_text(row))
    assert english(" ".join(said)) == []
    assert not re.search("[,:]", "".join(said).replace("1/1", "")), "What stands between, too."


def test_what_was_measured_is_told_in_chinese() -> None:
    """How many pictures there were, and those that failed."""
    failed = [Failure("0" * 64, "", "坏")] * 5
    assert english(repr(Measured({"1": {}}, 0, failed)).replace(".failed", "")) == []


def test_what_stood_where_nothing_runs_is_told_in_chinese() -> None:
    """A file that is opened without a kernel says so in the language it was made in."""
    assert english(repr(Frame())) == []


def test_what_was_drawn_otherwise_is_told_in_chinese() -> None:
    """The words of the prompts stay what they are."""
    asked, drawn = "画 --ar 3:2 --s 50 --v 6", "纸 --ar 1:1 --chaos 5 --v 7"
    assert english(drawn_otherwise(asked, drawn, say=retold)) == []
    assert drawn_otherwise(asked, drawn).startswith("Drawn otherwise than asked: by version 7")
