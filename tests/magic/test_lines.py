"""From the text of a line to a command."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.magic.arguments import parse_cell, parse_line
from mj_notebook.magic.records import (
    Command,
    DisplayOptions,
    LineCommand,
    SubmitCommand,
    UploadFormCommand,
)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (
            "shorten a very red kite --ar 3:2",
            SubmitCommand("shorten", prompt="a very red kite --ar 3:2"),
        ),
        ("blend a.png 'b c.png'", SubmitCommand("blend", pictures=("a.png", "b c.png"))),
        (
            "blend a.png b.png --dimensions SQUARE",
            SubmitCommand("blend", pictures=("a.png", "b.png"), own={"dimensions": "SQUARE"}),
        ),
        ("describe photo.jpg", SubmitCommand("describe", pictures=("photo.jpg",))),
        (
            "describe {{photo}} --language zh --quiet",
            SubmitCommand(
                "describe",
                pictures=("{{photo}}",),
                own={"language": "zh"},
                display=DisplayOptions(quiet=True),
            ),
        ),
        (
            "describe --link https://x.org/a",
            SubmitCommand("describe", own={"link": "https://x.org/a"}),
        ),
        (
            "swap face.png target.png",
            SubmitCommand("swap_face", pictures=("face.png", "target.png")),
        ),
        (
            "video a.png 'it rises' --motion high --loop --batch 2",
            SubmitCommand(
                "video",
                prompt="it rises",
                pictures=("a.png",),
                own={"batch": 2, "loop": True, "motion": "high"},
            ),
        ),
        (
            "edit a.png 'a blue sky' --mask m.png --out sky",
            SubmitCommand(
                "edit",
                prompt="a blue sky",
                pictures=("a.png",),
                own={"mask": "m.png"},
                display=DisplayOptions(out="sky"),
            ),
        ),
        ("strip", LineCommand("strip")),
        (
            "strip 'my kites.ipynb' --keep-pictures",
            LineCommand("strip", {"path": "my kites.ipynb", "keep_pictures": True}),
        ),
        ("upload a.png b.png", SubmitCommand("upload", pictures=("a.png", "b.png"))),
        ("describe", UploadFormCommand(SubmitCommand("describe"))),
        (
            "describe --link https://x.de/a.png",
            SubmitCommand("describe", own={"link": "https://x.de/a.png"}),
        ),
        (
            "blend --dimensions SQUARE --out mix",
            UploadFormCommand(
                SubmitCommand(
                    "blend", own={"dimensions": "SQUARE"}, display=DisplayOptions(out="mix")
                )
            ),
        ),
        ("swap", UploadFormCommand(SubmitCommand("swap_face"))),
        ("upload", UploadFormCommand(SubmitCommand("upload"))),
        ("press U2", LineCommand("press", {"button": "U2"})),
        (
            "press Zoom Out 2x 1760000000123456",
            LineCommand("press", {"button": "Zoom Out 2x", "task_id": "1760000000123456"}),
        ),
        ("press U2 999", LineCommand("press", {"button": "U2", "task_id": "999"})),
        ("press upscale 2", LineCommand("press", {"button": "upscale 2"})),
        ("press 'Upscale (Subtle)'", LineCommand("press", {"button": "Upscale (Subtle)"})),
        ("answer --zoom 1.6", LineCommand("answer", {"zoom": 1.6})),
        (
            "answer --zoom 1.6 --ar 3:2 a kite",
            LineCommand("answer", {"prompt": "a kite", "zoom": 1.6, "ar": "3:2"}),
        ),
        (
            "answer a kite --ar 3:2 --zoom 2",
            LineCommand("answer", {"prompt": "a kite --ar 3:2 --zoom 2"}),
        ),
        (
            'answer --mask "my mask.png" --task 17 a kite',
            LineCommand("answer", {"prompt": "a kite", "mask": "my mask.png", "task_id": "17"}),
        ),
        ("seed", LineCommand("seed")),
        ("cancel 1760000000123456", LineCommand("cancel", {"task_id": "1760000000123456"})),
        ("dismiss", LineCommand("dismiss")),
        ("again 1760000000123456", LineCommand("again", {"task_id": "1760000000123456"})),
        ("code", LineCommand("code")),
        ("code 1760000000123456", LineCommand("code", {"task_id": "1760000000123456"})),
        ("save", LineCommand("save")),
        ("save 'my kite.png' --tile 2", LineCommand("save", {"path": "my kite.png", "tile": 2})),
        ("save 1760000000123456", LineCommand("save", {"task_id": "1760000000123456"})),
        ("ablate", LineCommand("ablate")),
        ("ablate --seed 7", LineCommand("ablate", {"seed": 7})),
        (
            "ablate --seed=7 1760000000123456",
            LineCommand("ablate", {"seed": 7, "task_id": "1760000000123456"}),
        ),
        ("spend", LineCommand("spend")),
        (
            "spend --since '3 days' --until=2026-01",
            LineCommand("spend", {"since": "3 days", "until": "2026-01"}),
        ),
        ("spend --by notebook", LineCommand("spend", {"by": "notebook"})),
        ("login", LineCommand("login")),
        ("login --forget", LineCommand("login", {"forget": True})),
        ("doctor", LineCommand("doctor")),
        (
            "resume --out open_jobs",
            LineCommand("resume", {"display": DisplayOptions(out="open_jobs")}),
        ),
        (
            "swap_face face.png target.png",
            SubmitCommand("swap_face", pictures=("face.png", "target.png")),
        ),
        (
            "press U2 --out two --wait",
            LineCommand("press", {"button": "U2", "display": DisplayOptions(out="two", wait=True)}),
        ),
        ("again --timeout 5", LineCommand("again", {"display": DisplayOptions(timeout=5.0)})),
    ],
)
def test_each_command_is_read(line: str, command: Command) -> None:
    """A word after %mj and what it needs become one value."""
    read = parse_line(line)
    assert (type(read), read) == (type(command), command)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("blend a.png", "takes 2 to 5 pictures, not 1"),
        ("blend " + "a.png " * 6, "takes 2 to 5 pictures, not 6"),
        ("describe a.png b.png", "takes 1 picture, not 2"),
        ("swap a.png", "Write %mj swap FACE PIC"),
        ("blend a.png b.png --shape round", "knows no option --shape"),
        ("describe a.png --langage zh", "Did you mean --language"),
        ("video a.png", "prompt is empty"),
        ("edit a.png a kite --ar 3:2", "parameter of the prompt"),
        ("video a.png 'x' --batch many", "'many' is no whole number"),
        ("shorten", "prompt is empty"),
        ("press", "Which button"),
        ("strip a.ipynb b.ipynb", "no way to write %mj strip"),
        ("strip --hard", "knows no option --hard"),
        ("ablate --seed", "Write %mj ablate [--seed N] [ID]"),
        ("ablate kite", "Write %mj ablate [--seed N] [ID]"),
        ("ablate --seed -1", "no seed"),
        ("ablate --seed ²", "no seed"),
        ("save --tile", "argument --tile: expected one"),
        ("save --tile two", "'two' is no tile"),
        ("save my kites", "More than one place"),
        ("answer --zoom wide", "no zoom"),
        ("describe 'a.png", "can't be read"),
        ("spend 2026", "Write %mj spend [--by notebook|user]"),
        ("spend --since", "Write %mj spend [--by notebook|user]"),
        ("login --forgot", "Write %mj login [--forget]"),
        ("descripe a.png", "Did you mean %mj describe"),
        ("desc a.png", "Did you mean %mj describe"),
        ("paint 5", "knows no command 'paint'. To draw, write %mj imagine TEXT."),
        ("note ''", "Which note?"),
        ("verify", "It is called from Python: mj.verify(…)."),
        ("params --ar", "Write %mj params ar."),
        ("history --limit 0", "no number of tasks; give 1 or more"),
        ("history --limit -1", "no number of tasks; give 1 or more"),
        ("blend a.png b.png --dimensions round", "invalid choice: 'ROUND'"),
        ("answer a kite --task", "argument --task: expected one"),
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
        (
            "shorten --quiet",
            SubmitCommand("shorten", prompt="a\nkite", display=DisplayOptions(quiet=True)),
        ),
        ("imagine", SubmitCommand("imagine", prompt="a\nkite")),
        (
            "edit a.png --mask m.png",
            SubmitCommand("edit", prompt="a\nkite", pictures=("a.png",), own={"mask": "m.png"}),
        ),
        (
            "--account remark=mine --account modes=fast,relax",
            SubmitCommand(prompt="a\nkite", accounts=(("remark", "mine"), ("modes", "fast,relax"))),
        ),
    ],
)
def test_what_takes_words_can_head_a_cell(line: str, command: Command) -> None:
    """The first word of a %%mj line may say what is to be done with the words below."""
    assert parse_cell(line, "\na\nkite\n") == command


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("blend a.png b.png", "takes no words"),
        ("edit", "takes 1 picture, not none"),
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


@pytest.mark.parametrize(
    ("word", "meant"), [("--v7", "--v 7"), ("--a", "--ar"), ("--stylise", "--stylize")]
)
def test_a_parameter_that_is_misspelt_in_a_line_is_told(word: str, meant: str) -> None:
    """It is no option of ours, and in the words of a prompt it would be paid for nothing."""
    with pytest.raises(UsageError, match=f"Did you mean {meant}, as a parameter of the prompt"):
        parse_line(f"imagine a kite {word} 3")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("press U2 --wait --no-wait", "--wait and --no-wait undo each other"),
        ("imagine --mode fast --mode turbo a kite", "--mode is given twice"),
        ("imagine -n 2 -n 3 a kite", "-n is given twice"),
        ('press "U2', "no closing quotation"),
        ("press U2 1760000000123456 now", "'now' stands behind the task's id"),
        ("press 'Zoom Out 2x", "no closing quotation"),
    ],
)
def test_what_undoes_itself_is_refused(line: str, said: str) -> None:
    """One of two would be taken without a word, and the other be believed to hold."""
    with pytest.raises(UsageError, match=said):
        parse_line(line)


def test_what_may_be_given_twice_is_taken_twice() -> None:
    """Pictures, accounts and what is swept add up; the same word twice says it once."""
    line = "imagine --image a.png --image b.png --account i=1 --account j=x --fresh --fresh kite"
    command = parse_line(line)
    assert isinstance(command, SubmitCommand)
    assert (command.images, len(command.accounts)) == (("a.png", "b.png"), 2)
    assert command.fresh
