"""The way to a picture as Python: each step that was taken, one line each."""

import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, NamedTuple

from mj_notebook.prompt.permutations import as_one_prompt
from mj_notebook.protocol.buttons import parse_custom_id
from mj_notebook.view.record import without_secrets

Record = Mapping[str, Any]

# Pixels are never written into code: what can't be named is named for the person to replace.
_PICTURES = "# The pictures came from files or from memory: put your own in their place."
_MASK = "# The mask is a picture that is white where it was painted: put yours in its place."
_UNKNOWN_MASK = '"mask.png"'
_ADDRESS = "# An address lost its signature here: put the whole one in its place."


class RecipeAnswer(NamedTuple):
    """An answer of a window: its record, and whether it must be forced."""

    record: Record
    force: bool = False


@dataclass(frozen=True, slots=True)
class RecipeStep:
    """
    One job on the way.

    Attributes:
        word: The short word for it, which becomes its name.
        kind: The name of the record that asked for it, "" when nobody knows.
        record: The same record in the wire's spelling; pictures are paths, or only their hashes.
        custom_id: The button that was pressed, "" for a first job.
        answers: What answered its window.
        force: Whether errors of its prompt would stop it.
        is_waiting: Whether its window waits for an answer, so that it can't be waited for.
        mode: The speed that was asked for, "" for the usual one.
        task_id: The proxy's id, "" when there is none.
        sibling: 0, or which of the other jobs of the same press it is.
        without_effect: What of it the server left out, a sentence each.
    """

    word: str
    kind: str = ""
    record: Record = field(default_factory=dict)
    custom_id: str = ""
    answers: tuple[RecipeAnswer, ...] = ()
    force: bool = False
    is_waiting: bool = False
    mode: str = ""
    task_id: str = ""
    sibling: int = 0
    without_effect: tuple[str, ...] = ()


class Code(str):
    """Python as text; as the value of a cell it is shown as it is written, not as a literal."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def format_recipe(steps: Sequence[RecipeStep]) -> Code:
    """Return Python that takes the same *steps*, from the first job to the last."""
    lines: list[str] = []
    remarks: list[str] = []
    names: list[str] = []
    for step in steps:
        made = (
            _first(step, remarks)
            # The first step has nothing above it to press on, even where a button made it.
            if not (names and step.custom_id)
            else _format_press(step, names[-1])
        )
        call = made + "".join(_format_answer(answer, remarks) for answer in step.answers)
        name = _name(step.word, names)
        lines.append(f"{name} = {call}{'' if step.is_waiting else '.wait()'}")
        remarks += [f"# {each}" for each in step.without_effect]
        names.append(name)
    code = "\n".join(lines)
    # Code is copied into notebooks and issues: signatures of addresses don't go along.
    public = without_secrets(code)
    if public != code:
        remarks.append(_ADDRESS)
    return Code("\n".join(("import mj_notebook as mj", "", *dict.fromkeys(remarks), public)))


def _format_press(step: RecipeStep, above: str) -> str:
    """Write a press; a window opens once the server has answered."""
    call = f"{above}.press({_literal(_button(step.custom_id))})"
    if step.answers or step.sibling or step.is_waiting:
        # Before the server has accepted there is no window to answer, and nobody knows of siblings.
        call += ".accepted()"
    return call + (f".siblings[{step.sibling - 1}]" if step.sibling else "")


def _button(custom_id: str) -> str:
    """Return a name of the button that `Job.press` takes: short where it can be."""
    press = parse_custom_id(custom_id)
    # A button that this version does not know is pressed by the server's own word.
    if press is None:
        return custom_id
    label = press.kind.label.format(i=press.number)
    if label:
        return label
    return f"{press.kind.key}_{press.number}" if "{i}" in press.kind.pattern else press.kind.key


def _format_answer(step: RecipeAnswer, remarks: list[str]) -> str:
    answer = step.record
    # The prompt is written even when empty: without one, the window's own words would be taken.
    given = [_literal(answer.get("prompt") or "")]
    if answer.get("maskBase64"):
        mask = answer["maskBase64"]
        if not isinstance(mask, PurePath):
            remarks.append(_MASK)
        given.append(f"mask={_literal(mask) if isinstance(mask, PurePath) else _UNKNOWN_MASK}")
    if step.force:
        given.append("force=True")
    return f".answer({', '.join(given)})"


# Names of the wire, since history keeps the record as it was sent.
# What each record is called in Python: the function, then its fields in the order of its arguments.
# A field is given by place when its argument is "", a picture's has a star before it.
_CALLS: dict[str, tuple[str, dict[str, str]]] = {
    "Imagine": ("imagine", {"prompt": "", "base64Array": "*images"}),
    "Blend": ("blend", {"base64Array": "*", "dimensions": "dimensions"}),
    "Describe": ("describe", {"base64": "*", "link": "link", "language": "language"}),
    "Shorten": ("shorten", {"prompt": ""}),
    "SwapFace": ("swap_face", {"sourceBase64": "*", "targetBase64": "*"}),
    "Edits": ("edit", {"image": "*", "prompt": "", "maskBase64": "*mask"}),
    "Video": (
        "video",
        {
            "prompt": "",
            "image": "*",
            "endImage": "*end",
            "motion": "motion",
            "loop": "loop",
            "batchSize": "batch",
        },
    ),
}
_BOTS = {"MID_JOURNEY": "mj", "NIJI_JOURNEY": "niji"}
# As Midjourney names its films: the height of the picture is behind the last underscore.
_FILM = re.compile(r"_(\d{3,4})$")


def _first(step: RecipeStep, remarks: list[str]) -> str:
    known = _CALLS.get(step.kind)
    # Nobody knows how it was asked for, but the task can be asked for by its id.
    if known is None:
        return f"mj.job({_literal(step.task_id)})"
    function, fields = known
    given: list[str] = []
    for wire, argument in fields.items():
        value = step.record.get(wire)
        if wire == "prompt" and step.kind == "Imagine":
            value = as_one_prompt(str(value or ""))  # it was one picture, whatever its braces say
        if value or (not argument and wire == "prompt"):
            given += _arguments(argument, value or "", remarks, len(given))
    return f"mj.{function}({', '.join((*given, *_common(step)))})"


def _arguments(argument: str, value: Any, remarks: list[str], place: int) -> list[str]:
    if not argument.startswith("*"):
        written = _literal(value)
        return [f"{argument}={written}" if argument else written]
    pictures = [value] if isinstance(value, str | PurePath) else list(value)
    written_all = [_picture(each, place + n, remarks) for n, each in enumerate(pictures, 1)]
    name = argument[1:]
    if not name:
        return written_all
    return [
        f"{name}=[{', '.join(written_all)}]" if name == "images" else f"{name}={written_all[0]}"
    ]


def _picture(value: str | PurePath, number: int, remarks: list[str]) -> str:
    """Write a picture: its path, its address, or a name to be replaced."""
    if isinstance(value, PurePath) or value.startswith(("http://", "https://")):
        return _literal(value)
    remarks.append(_PICTURES)
    return f'"picture-{number}.png"'


def _common(step: RecipeStep) -> list[str]:
    """Write what every request may carry, as far as it is no secret."""
    given = []
    if film := _FILM.search(str(step.record.get("videoType") or "")):
        given.append(f"height={film[1]}")
    # A longer film is asked for with its task and place in place of a picture.
    if step.record.get("action") == "extend" and step.record.get("taskId"):
        given.append(f"extend=mj.job({_literal(step.record['taskId'])})")
        # The wire counts films from 0, people from 1.
        given.append(f"number={int(step.record.get('index') or 0) + 1}")
    bot = step.record.get("botType")
    if bot:
        given.append(f"bot={_literal(_BOTS.get(bot, bot))}")
    if chosen := step.record.get("accountFilter"):
        given.append(f"accounts={ {_snake(key): value for key, value in chosen.items()}!r}")
    if step.force:
        given.append("force=True")
    if step.mode:
        given.append(f"mode={_literal(step.mode)}")
    return given


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _literal(value: object) -> str:
    """Write a value as Python, text in double quotes where that needs no escape."""
    if isinstance(value, PurePath):
        # Windows' backslashes would need escapes, and Python takes these slashes there as well.
        value = value.as_posix()
    if isinstance(value, str):
        return _text_literal(value)
    return repr(value)


def _text_literal(text: str) -> str:
    """Write *text* as a person does: several lines, or both kinds of quotes, in three quotes."""
    written = repr(str(text))
    lines = text.split("\n")
    # Whatever would need an escape in three quotes is left to repr.
    is_plain = "\\" not in text and '"""' not in text and not text.endswith('"')
    if is_plain and all(map(str.isprintable, lines)) and ("\n" in text or {'"', "'"} <= set(text)):
        return f'"""{text}"""'
    # As formatters write it, so that what is pasted needs no change.
    if written.startswith("'") and '"' not in text:
        return f'"{written[1:-1]}"'
    return written


# A first job is named for what it gives.
_NAMES = {"imagine": "grid", "blend": "grid", "describe": "words", "shorten": "words"}
_NAMES |= {"swap_face": "picture", "edit": "picture", "video": "film"}


def _name(word: str, taken: Sequence[str]) -> str:
    """Make a name of *word* that no earlier step has."""
    plain = re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_")
    name = _NAMES.get(plain, plain)
    # A server's own word for a button becomes a name here: it may be a digit, a keyword, or our
    # module.
    if not name.isidentifier() or keyword.iskeyword(name) or name == "mj":
        name = f"step_{name}".rstrip("_")
    if name not in taken:
        return name
    return next(f"{name}_{n}" for n in range(2, len(taken) + 3) if f"{name}_{n}" not in taken)
