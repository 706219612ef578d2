"""From the text of a line to a command."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.magic.arguments import parse_cell
from mj_notebook.magic.commands import (
    Ablate,
    Answer,
    Ask,
    Choose,
    Code,
    Command,
    Doctor,
    Freeze,
    Login,
    Press,
    Save,
    Spend,
    Wish,
)
from mj_notebook.magic.line_arguments import parse_line


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("shorten a very red kite --ar 3:2", Ask("shorten", prompt="a very red kite --ar 3:2")),
        ("blend a.png 'b c.png'", Ask("blend", pictures=("a.png", "b c.png"))),
        (
            "blend a.png b.png --dimensions SQUARE",
            Ask("blend", pictures=("a.png", "b.png"), own={"dimensions": "SQUARE"}),
        ),
        ("describe photo.jpg", Ask("describe", pictures=("photo.jpg",))),
        (
            "describe {{photo}} --language zh --quiet",
            Ask("describe", pictures=("{{photo}}",), own={"language": "zh"}, quiet=True),
        ),
        ("describe --link https://x.org/a", Ask("describe", own={"link": "https://x.org/a"})),
        ("swap face.png target.png", Ask("swap", pictures=("face.png", "target.png"))),
        (
            "video a.png 'it rises' --motion high --loop --batch 2",
            Ask(
                "video",
                prompt="it rises",
                pictures=("a.png",),
                own={"batch": 2, "loop": True, "motion": "high"},
            ),
        ),
        (
            "edit a.png 'a blue sky' --mask m.png --out sky",
            Ask("edit", prompt="a blue sky", pictures=("a.png",), own={"mask": "m.png"}, out="sky"),
        ),
        ("freeze", Freeze()),
        ("freeze 'my kites.ipynb' --keep-pictures", Freeze("my kites.ipynb", keep_pictures=True)),
        ("upload a.png b.png", Ask("upload", pictures=("a.png", "b.png"))),
        ("describe", Choose(Ask("describe"))),
        ("describe --link https://x.de/a.png", Ask("describe", own={"link": "https://x.de/a.png"})),
        (
            "blend --dimensions SQUARE --out mix",
            Choose(Ask("blend", own={"dimensions": "SQUARE"}, out="mix")),
        ),
        ("swap", Choose(Ask("swap"))),
        ("upload", Choose(Ask("upload"))),
        ("press U2", Press("U2")),
        ("press Zoom Out 2x 1760000000123456", Press("Zoom Out 2x", "1760000000123456")),
        ("press 'Upscale (Subtle)'", Press("Upscale (Subtle)")),
        ("answer --zoom 1.6", Answer(zoom=1.6)),
        ("answer --zoom 1.6 --ar 3:2 a kite", Answer("a kite", zoom=1.6, ar="3:2")),
        ("answer a kite --ar 3:2 --zoom 2", Answer("a kite --ar 3:2 --zoom 2")),
        (
            'answer --mask "my mask.png" --task 17 a kite',
            Answer("a kite", mask="my mask.png", task_id="17"),
        ),
        ("seed", Wish("seed")),
        ("cancel 1760000000123456", Wish("cancel", "1760000000123456")),
        ("dismiss", Wish("dismiss")),
        ("again 1760000000123456", Wish("again", "1760000000123456")),
        ("code", Code()),
        ("code 1760000000123456", Code("1760000000123456")),
        ("save", Save()),
        ("save 'my kite.png' --tile 2", Save("my kite.png", 2)),
        ("save 1760000000123456", Save(task_id="1760000000123456")),
        ("ablate", Ablate()),
        ("ablate --seed 7", Ablate(7)),
        ("ablate --seed=7 1760000000123456", Ablate(7, "1760000000123456")),
        ("spend", Spend()),
        ("spend --since '3 days' --until=2026-01", Spend(since="3 days", until="2026-01")),
        ("spend --by notebook", Spend(by="notebook")),
        ("login", Login()),
        ("login --forget", Login(forget=True)),
        ("doctor", Doctor()),
    ],
)  # fmt: skip
def test_each_command_is_read(line: str, command: Command) -> None:
    """A word after %mj and what it needs become one value."""
    read = parse_line(line)
    assert (type(read), read) == (type(command), command)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("blend a.png", "does not go with 1 pictures"),
        ("blend " + "a.png " * 6, "does not go with 6 pictures"),
        ("describe a.png b.png", "does not go with 2 pictures"),
        ("swap a.png", "Write %mj swap FACE PIC"),
        ("blend a.png b.png --shape round", "knows no option --shape"),
        ("describe a.png --langage zh", "Did you mean --language"),
        ("video a.png", "prompt is empty"),
        ("edit a.png a kite --ar 3:2", "parameter of the prompt"),
        ("video a.png 'x' --batch many", "invalid int value"),
        ("shorten", "prompt is empty"),
        ("press", "Which button"),
        ("freeze a.ipynb b.ipynb", "takes one notebook"),
        ("freeze --hard", "takes one notebook"),
        ("ablate --seed", "Write %mj ablate [--seed N] [ID]"),
        ("ablate kite", "Write %mj ablate [--seed N] [ID]"),
        ("ablate --seed -1", "no seed"),
        ("ablate --seed ²", "no seed"),
        ("save --tile", "Which tile"),
        ("save --tile two", "Which tile"),
        ("save my kite.png", "More than one place"),
        ("answer --zoom wide", "no zoom"),
        ("describe 'a.png", "can't be read"),
        ("spend 2026", "Write %mj spend [--by notebook]"),
        ("spend --since", "Write %mj spend [--by notebook]"),
        ("login --forgot", "Write %mj login [--forget]"),
        ("descripe a.png", "Did you mean %mj describe"),
    ],
)
def test_a_wrong_line_is_one_error_that_helps(line: str, said: str) -> None:
    """What is missing or too much is told, with how it is written."""
    with pytest.raises(UsageError) as caught:
        parse_line(line)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("shorten --quiet", Ask("shorten", prompt="a\nkite", quiet=True)),
        ("imagine", Ask("imagine", prompt="a\nkite")),
        (
            "edit a.png --mask m.png",
            Ask("edit", prompt="a\nkite", pictures=("a.png",), own={"mask": "m.png"}),
        ),
        (
            "--account remark=mine --account modes=fast,relax",
            Ask(prompt="a\nkite", accounts=(("remark", "mine"), ("modes", "fast,relax"))),
        ),
    ],
)  # fmt: skip
def test_what_takes_words_can_head_a_cell(line: str, command: Command) -> None:
    """The first word of a %%mj line may say what is to be done with the words below."""
    assert parse_cell(line, "\na\nkite\n") == command


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("blend a.png b.png", "takes no words"),
        ("edit", "does not go with no pictures"),
        ("shorten kite.png", "does not know what 'kite.png' is"),
        ("--account mine", "--account"),
    ],
)
def test_a_cell_headed_wrongly_is_told(line: str, said: str) -> None:
    """What takes no words, or lacks its picture, can't head a cell."""
    with pytest.raises(UsageError) as caught:
        parse_cell(line, "a kite")
    assert said in str(caught.value)


def test_a_secret_in_a_line_is_not_repeated() -> None:
    """Somebody will write it behind %mj login; the error must not hand it on."""
    with pytest.raises(UsageError) as caught:
        parse_line("login sk-canary-4711")
    assert "sk-canary" not in str(caught.value)
