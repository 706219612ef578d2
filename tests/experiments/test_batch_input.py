"""What people give as prompts, read before anything is sent."""

from typing import Any

import pandas as pd
import pytest

from mj_notebook.errors import UsageError
from mj_notebook.experiments.batch_rows import BatchRow
from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.requests import Action, Imagine, Shorten, UploadPictures
from mj_notebook.protocol.vocabulary import BotType, Mode
from mj_notebook.session.submission import Submission
from mj_notebook.settings.pricing import Costs
from tests.experiments.test_batch_runner import rows_of


def prompts(rows: list[BatchRow]) -> list[str]:
    """Return the prompts of rows."""
    return [row.prompt for row in rows]


def test_texts_requests_and_records_may_stand_together() -> None:
    """Requests go as they are; records have options of their own, others come from the batch."""
    shorten = Shorten(prompt="a very red kite")
    rows = rows_of(
        ["a kite", shorten, {"prompt": "a lamp", "bot": "mj", "mode": "turbo", "scene": 3}],
        bot="niji",
    )
    assert prompts(rows) == ["a kite", "a very red kite", "a lamp"]
    kite, lamp = rows[0].submission.request, rows[2].submission.request
    assert isinstance(kite, Imagine)
    assert isinstance(lamp, Imagine)
    assert (kite.bot_type, lamp.bot_type) == (BotType.NIJI_JOURNEY, BotType.MID_JOURNEY)
    assert rows[1].submission.request is shorten
    assert (rows[2].submission.mode, rows[2].given) == (Mode.TURBO, {"scene": 3})


def test_a_prompt_in_its_parts_is_as_good_as_its_text() -> None:
    """So `Prompt.permutations` gives the rows of a batch."""
    rows = rows_of(Prompt.parse("{red, blue} kite").permutations(), s=250)
    assert prompts(rows) == ["red kite --s 250", "blue kite --s 250"]


def test_the_price_is_of_what_is_asked_at_that_speed() -> None:
    """By the table of costs; what the table does not know costs as other things do."""
    rows = rows_of(
        [
            "a kite",
            {"prompt": "a kite", "mode": "turbo"},
            Action(task_id="1", custom_id="MJ::JOB::upsample::2::3f9a"),
            Action(task_id="1", custom_id="MJ::New::3f9a"),
        ]
    )
    assert [row.price for row in rows] == [1, 2, 0.5, 1]


def test_a_dataframe_gives_its_lines() -> None:
    """The prompt column is drawn, options are obeyed, other columns stay as labels."""
    table = pd.DataFrame(
        {"prompt": ["a kite", "a lamp"], "mode": ["fast", None], "scene": [1, float("nan")]}
    )
    rows = rows_of(table)
    assert prompts(rows) == ["a kite", "a lamp"]
    assert [row.submission.mode for row in rows] == [Mode.FAST, None]
    assert [row.given for row in rows] == [{"scene": 1.0}, {}]
    assert prompts(rows_of(table["prompt"])) == ["a kite", "a lamp"]


def test_a_column_that_repeats_the_prompt_is_a_label() -> None:
    """Parameters told beside a prompt that has them mean nothing new."""
    (row,) = rows_of([{"prompt": "a kite --ar 3:2", "ar": "3:2"}])
    assert row.given == {"ar": "3:2"}


def test_columns_called_like_parameters_are_the_parameters_of_their_row() -> None:
    """In the form they have, before what holds for all; an empty cell is none, and all are kept."""
    table = pd.DataFrame(
        {"prompt": ["a kite", "a lamp --ar 1:1"], "ar": ["3:2", "2:3"], "seed": [7, None]}
    )
    rows = rows_of(table, aspect="16:9", s=50)
    assert prompts(rows) == ["a kite --s 50 --ar 3:2 --seed 7", "a lamp --ar 1:1 --s 50"]
    assert [row.given for row in rows] == [{"ar": "3:2", "seed": 7}, {"ar": "2:3"}]


def test_a_record_of_history_is_asked_for_as_it_was() -> None:
    """Its columns tell what was drawn: were they parameters, it would be another picture."""
    (row,) = rows_of([{"task": "1", "prompt": "a kite", "seed": 7, "version": "8.2"}])
    assert row.prompt == "a kite"
    assert row.given == {"task": "1", "seed": 7, "version": "8.2"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("a kite", "several prompts"),
        ({"prompt": "a kite"}, "several prompts"),
        (7, "no list of prompts"),
        ([], "nothing to do"),
        (["a kite", ""], "Row 2: The prompt is empty"),
        (["a kite", 7], "Row 2: int is no prompt"),
        ([{"text": "a kite"}], "Row 1: It has no prompt"),
        ([{"prompt": float("nan")}], "no prompt"),
        ([{"prompt": "a kite", "imagess": ["a.png"]}], "Did you mean 'images'"),
        ([{"prompt": "a kite", "motion": "high"}], "Write it in the prompt: --motion high"),
        ([{"prompt": "a kite", "mode": "warp"}], "no mode"),
        ([UploadPictures(base64_array=("x",))], "mj.upload"),
        (pd.DataFrame({"text": ["a kite"]}), 'no column "prompt"'),
    ],
)
def test_what_makes_no_sense_is_told_with_its_row(given: Any, said: str) -> None:
    """One error before anything is sent."""
    with pytest.raises(UsageError) as caught:
        rows_of(given)
    assert said in str(caught.value)


def test_costs_are_those_that_are_set() -> None:
    """A table of one's own counts for the budget."""
    assert Costs({"imagine": 4}).of("IMAGINE") == 4


@pytest.mark.parametrize(
    "given",
    [
        "a kite",
        {"prompt": "a kite"},
        Imagine(prompt="a kite"),
        Submission(Imagine(prompt="a kite")),
    ],
    ids=["text", "record", "request", "submission"],
)
def test_fresh_is_for_every_kind_of_row(given: object) -> None:
    """Whoever asks for new pictures gets new ones, however the row is given."""
    (usual,), (fresh,) = rows_of([given]), rows_of([given], fresh=True)
    assert [usual.submission.fresh, fresh.submission.fresh] == [False, True]


def test_a_row_may_be_fresh_by_itself() -> None:
    """A column of that name is no label: it draws those rows anew, and no others."""
    rows = rows_of(pd.DataFrame({"prompt": ["a kite", "a hat"], "fresh": [True, None]}))
    assert [row.submission.fresh for row in rows] == [True, False]
    assert [row.given for row in rows] == [{}, {}]


@pytest.mark.parametrize("given", ["a kite", Imagine(prompt="a kite")], ids=["text", "request"])
@pytest.mark.parametrize(
    ("name", "meant"), [("fesh", "fresh"), ("max_inflight", "max_in_flight"), ("image", "images")]
)
def test_an_option_that_nobody_reads_is_refused(given: object, name: str, meant: str) -> None:
    """Also beside requests, which are sent as they are: what is swallowed is paid for."""
    with pytest.raises(UsageError, match=f"Did you mean '{meant}'"):
        rows_of([given], **{name: True})


def test_parameters_are_for_the_prompts_that_do_not_write_them() -> None:
    """Under any of their names; a column of forces is a label."""
    rows = rows_of(
        ["a cat --version 6", "a cow", {"prompt": "a dog", "force": 9.8}], v=7, no=["text"]
    )
    assert prompts(rows) == ["a cat --version 6 --no text"] + [
        f"a {each} --v 7 --no text" for each in ("cow", "dog")
    ]
    assert rows[2].given == {"force": 9.8}
    with pytest.raises(UsageError, match="Did you mean 'chaos'"):
        rows_of(["a cat"], chaoss=3)
