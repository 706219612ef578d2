"""Our options among the words of a prompt: found wherever they stand, and never drawn."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.magic.arguments import parse_cell, parse_line
from mj_notebook.magic.records import DisplayOptions, LineCommand, SubmitCommand

# Each option as it is written, and the fields that it sets.
OPTIONS = {
    "--out k": {"display": DisplayOptions(out="k")},
    "--wait": {"display": DisplayOptions(wait=True)},
    "--no-wait": {"display": DisplayOptions(wait=False)},
    "--timeout 3": {"display": DisplayOptions(timeout=3.0)},
    "--timeout=3": {"display": DisplayOptions(timeout=3.0)},
    "--quiet": {"display": DisplayOptions(quiet=True)},
    "--static": {"display": DisplayOptions(static=True)},
    "--dry-run": {"dry_run": True},
    "--fresh": {"fresh": True},
    "-n 2": {"number": 2},
    "--mode turbo": {"mode": "turbo"},
    "--bot niji": {"bot": "niji"},
    "--state 'my word'": {"state": "my word"},
    "--notify https://x.org/a": {"notify": "https://x.org/a"},
    "--account remark=mine": {"accounts": (("remark", "mine"),)},
}
FOR_UPLOADS = {"--out", "--quiet", "--dry-run", "--account"}
IMAGES = {
    "--image x.png": {"images": ("x.png",)},
    "--image {{cats['my cat']}}": {"images": ("{{cats['my cat']}}",)},
    "--image 'my cat.png' b.jpg": {"images": ("my cat.png", "b.jpg")},
}
ON_ALL = [
    (name, written, fields)
    for name, options in (("imagine", OPTIONS | IMAGES), ("shorten", OPTIONS))
    for written, fields in options.items()
]


@pytest.mark.parametrize("place", ["{option} a red kite --ar 3:2", "a red kite --ar 3:2 {option}"])
@pytest.mark.parametrize(("name", "written", "fields"), ON_ALL)
def test_each_option_works_on_each_line(
    name: str, written: str, fields: dict[str, object], place: str
) -> None:
    """In front of the prompt or behind it, it is an option and no word."""
    line = f"{name} {place.format(option=written)}"
    expected = SubmitCommand(name, prompt="a red kite --ar 3:2")._replace(**fields)  # type: ignore[arg-type]
    assert parse_line(line) == expected


@pytest.mark.parametrize(("name", "written", "fields"), ON_ALL)
def test_each_option_works_on_each_cell(name: str, written: str, fields: dict[str, object]) -> None:
    """A cell takes what a line takes."""
    quoted = written.replace("{{cats['my cat']}}", "\"{{cats['my cat']}}\"")
    expected = SubmitCommand(name, prompt="a red kite")._replace(**fields)  # type: ignore[arg-type]
    assert parse_cell(f"{name} {quoted}", "a red kite") == expected
    if name == "imagine":
        assert parse_cell(quoted, "a red kite") == expected


@pytest.mark.parametrize("head", ["", "shorten", "edit a.png", "answer"])
@pytest.mark.parametrize("option", ["--quiet", "--out k", "--timeout 3", "—static", "(--wait)"])
def test_our_option_in_a_body_is_refused(head: str, option: str) -> None:
    """It would be drawn as a word; the hint says where it belongs."""
    for body in (f"a kite {option}", f"{option} a kite", f"a kite\n{option}, red"):
        with pytest.raises(UsageError) as caught:
            parse_cell(head, body)
        assert "stands in the prompt, but is an option of %%mj" in str(caught.value)
        written = "--static" if option == "—static" else "it"
        assert f"Write {written} behind %%mj" in caught.value.hint


@pytest.mark.parametrize(
    "option", ["--Fresh", "--dry_run", "--nowait", "--DRYRUN", "-n2", "{--fresh}"]
)
def test_our_option_in_a_body_is_known_by_its_letters(option: str) -> None:
    """Capitals and hyphens are no reason to draw it as a word."""
    with pytest.raises(UsageError, match="stands in the prompt"):
        parse_cell("", f"a kite {option}")


DASHES = ("—", "——", "–", "–-", "-—", "‑‑", "−−", "－－", "---", "-", "―")


@pytest.mark.parametrize("dashes", DASHES)
@pytest.mark.parametrize(
    "name", ["fresh", "dry-run", "dry–run", "No_Wait", "out k", "image x.png", "mode=turbo"]
)
def test_an_option_with_other_dashes_is_no_word(dashes: str, name: str) -> None:
    """On a line and in a body: what keyboards make of two hyphens is not paid for as words."""
    for prompt in (f"a kite {dashes}{name}", f"{dashes}{name} a kite", f"风筝，{dashes}{name}"):
        for read in (lambda text: parse_line(f"imagine {text}"), lambda text: parse_cell("", text)):
            with pytest.raises(UsageError, match="stands in the prompt, but is an option of"):
                read(prompt)


@pytest.mark.parametrize("written", ["—n 3", "–n3", "--n 3"])
def test_the_option_of_one_letter_too(written: str) -> None:
    """Three pictures were meant, and not one with the words."""
    for read in (lambda text: parse_line(f"imagine {text}"), lambda text: parse_cell("", text)):
        with pytest.raises(UsageError):
            read(f"a kite {written}")


@pytest.mark.parametrize(
    ("head", "option", "owner"),
    [
        ("answer", "-n 2", "imagine"),
        ("answer", "--fresh", "imagine"),
        ("shorten", "--image b.png", "imagine"),
        ("", "--mask m.png", "edit"),
    ],
)
def test_an_option_of_another_command_is_no_word_either(head: str, option: str, owner: str) -> None:
    """It was meant for something that this command does not do, and would be drawn."""
    with pytest.raises(UsageError, match=f"stands in the prompt, but is an option of %mj {owner}"):
        parse_cell(head, f"a kite {option}")


@pytest.mark.parametrize("head", ["describe a.png", "swap a.png b.png", "video a.png 'it rises'"])
def test_a_number_may_stand_at_its_letter(head: str) -> None:
    """`-n2` is read on lines that are split into words as it is on those of a prompt."""
    assert parse_line(f"{head} -n2") == parse_line(f"{head} -n 2")
    assert parse_cell("-n2", "a kite") == parse_cell("-n 2", "a kite")


@pytest.mark.parametrize(
    "second", ["%%mj", "%% mj", "%%MJ --out b", "  %%mj --out b", "%mj imagine b", "%%mj shorten"]
)
def test_a_second_line_in_a_cell_is_refused(second: str) -> None:
    """A body is one prompt; the line of another cell in it would be drawn as words."""
    with pytest.raises(UsageError) as caught:
        parse_cell("", f"a red kite\n{second}\na blue kite")
    assert "mj line stands in the prompt" in str(caught.value).lower()
    assert "cell of its own" in caught.value.hint


@pytest.mark.parametrize(
    "prompt",
    [
        "a {red, blue} kite --ar 3:2 --v 7 --no x ::2 --sref https://x.org/a.png",
        "a kite's tail, it's  red",
        'a sign that says "--quiet"',
        "a sign that says “--out k --fresh” --raw",
        "two kites - one red -- one blue — and a third",
        "a {{colour}} kite, 5-n 3 --stylize 50",
        "an off--quiet corner, https://x.org/--fresh?a=--wait",
        "a kite —ar 3:2 --chaos 5",
        "a kite ——style raw, mid-fresh —blue —",
    ],
)
def test_everything_else_stays_as_it_was_written(prompt: str) -> None:
    """Midjourney's own parameters, quotes and dashes are the prompt's, on a line and in a cell."""
    assert parse_line(f"imagine {prompt}") == SubmitCommand(prompt=prompt)
    assert parse_cell("", prompt) == SubmitCommand(prompt=prompt)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("imagine a kite --foo", "knows no option --foo"),
        ("imagine a kite --foo", "The body of a %%mj cell is taken as it is"),
        ("imagine a kite --dryrun", "Did you mean --dry-run"),
        ("imagine a kite --Quiet", "Did you mean --quiet"),
        ("shorten a kite --quite", "Did you mean --quiet"),
        ("shorten a kite --image x.png", "It is an option of %mj imagine"),
        ("imagine a kite —fresh", "but is an option of %mj imagine. Write --fresh behind"),
        ("imagine a kite ——mask m.png", "but is an option of %mj edit"),
        ("imagine a kite --fresh=yes", "--fresh takes no value, and '=yes' stands behind it"),
        ("imagine a kite --fresh =yes", "--fresh takes no value, and '=yes'"),
        ("imagine --no-wait=1 a kite", "--no-wait takes no value, and '=1'"),
        ("imagine a kite --dry-run:yes", "--dry-run takes no value, and ':yes'"),
        ("shorten a kite --quiet, red", "--quiet takes no value, and ','"),
        ("imagine a kite --out", "--out: expected one argument"),
        ("imagine a kite --out --quiet", "--out: expected one argument"),
        ("imagine a kite -n two", "no number from 1 to 20"),
        ("imagine a kite -n 21", "no number from 1 to 20"),
        ("imagine a kite --out class", "can't be the name"),
        ("imagine --quiet", "The prompt is empty"),
        ("edit a.png 'a kite --quiet'", "is an option of %mj edit"),
        ("press U2 --outt k", "Did you mean --out"),
    ],
)
def test_a_wrong_option_sends_nothing(line: str, said: str) -> None:
    """What is neither ours nor Midjourney's is refused, with what was probably meant."""
    with pytest.raises(UsageError) as caught:
        parse_line(line)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        *(f"upload a.png {option}" for option in OPTIONS if option.split()[0] not in FOR_UPLOADS),
        "edit a.png 'a hat' --bot niji",
        "video a.png 'it rises' --bot mj",
        "swap a.png b.png --bot mj",
        "describe a.png --image b.png",
        "blend a.png b.png --image c.png",
        "resume --fresh",
        "press U2 -n 2",
    ],
)
def test_an_option_without_meaning_is_refused(line: str) -> None:
    """What an operation has no use for is not swallowed."""
    with pytest.raises(UsageError, match="knows no option"):
        parse_line(line)


def test_what_both_know_is_ours_in_front_and_a_word_behind() -> None:
    """`--zoom` in front of an answer is a field of it; behind the first word it is the prompt's."""
    ours = LineCommand("answer", {"prompt": "a kite", "zoom": 1.6})
    assert parse_line("answer --zoom 1.6 a kite") == ours
    theirs = LineCommand("answer", {"prompt": "a kite --zoom 1.6"})
    assert parse_line("answer a kite --zoom 1.6") == theirs
