"""What stands at the cursor of a cell, and so what can follow there."""

import re
from argparse import Action
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mj_notebook.magic.arguments import CELL_NAMES, COMMAND_NAMES
from mj_notebook.magic.command_parser import parser_of
from mj_notebook.magic.command_table import SPECS, CommandSpec
from mj_notebook.magic.completion_sources import Offered, Sources
from mj_notebook.prompt.keywords import KEYWORDS
from mj_notebook.prompt.parameters import ParameterTable
from mj_notebook.prompt.suggestions import Suggestion, suggest
from mj_notebook.prompt.template import field_names

_CELL = re.compile(r"\s*%%mj(?P<head>[ \t][^\n]*)?(?P<body>\n[\s\S]*)?$")
_LINE = re.compile(r"(?:^|=)[ \t]*%mj[ \t]+(?P<words>[^\n]*)$", re.MULTILINE)
_CALL = re.compile(
    r"(?<!\w)(?P<name>[^\W\d]\w*(?:\[-?\d+\])?)\.(?P<function>press|job)\(\s*(?P<quote>['\"])"
    r"(?P<begun>[^'\"\n]*)$"
)
# A prompt in Python: the first argument of what reads one.
_PROMPT_CALL = re.compile(
    r"""(?<!\w)(?P<name>[^\W\d]\w*)\.(?:imagine|lint)\(\s*(?P<quote>\"""|'''|["'])"""
    r"""(?P<begun>(?:(?!(?P=quote))[\s\S])*)$"""
)
# The rest of a word that the cursor stands in.
_TAIL = re.compile(r"[\w.:-]+")
_FIELD = re.compile(r"\{\{[ \t]*(?P<begun>[^{}\n]*)$")
_QUOTED = re.compile(r"(?:^|\s)(?P<quote>['\"])(?P<begun>(?:(?!(?P=quote)).)*)$")
_PICTURES = ("png", "jpg", "jpeg", "webp", "gif")
# What an argument takes, by how the help calls it: the endings of files, none for all.
_FILES = {"PIC": _PICTURES, "ZIP": ("zip",), "IPYNB": ("ipynb",), "PATH": ()}
_RULES = Suggestion("rules", "what is looked for in prompts")


def offered(text: str, cursor: int, sources: Sources) -> Offered | None:
    """Return what can stand at *cursor* of the cell *text*; None where that is not ours to say."""
    found = _offered_behind(text, cursor, sources)
    tail = _TAIL.match(text, cursor)
    return _within(found, tail[0]) if found and tail else found


def _within(found: Offered, tail: str) -> Offered:
    """Return what can stand in a word that goes on with *tail*: of what ends so, the rest."""
    rests = [
        one._replace(text=one.text.removesuffix(tail))
        for one in found.offers
        if one.text.endswith(tail) and len(one.text) >= len(found.token) + len(tail)
    ]
    return found._replace(offers=rests) if rests else found


def _offered_behind(text: str, cursor: int, sources: Sources) -> Offered | None:
    before = text[:cursor]
    if cell := _CELL.match(before):
        if cell["body"] is None:
            if not cell["head"]:
                return None
            return _at_line(cell["head"], sources, is_cell=True, body=text[cursor:])
        begin = cell.start("body")
        return _in_body(cell["head"] or "", text[begin:], cursor - begin, sources)
    if line := _LINE.search(before):
        return _at_line(line["words"], sources, is_cell=False)
    if call := _PROMPT_CALL.search(before):
        return _in_string(call, text[cursor:], sources)
    return _in_call(before, sources)


def _in_string(call: "re.Match[str]", after: str, sources: Sources) -> Offered | None:
    """Return what can stand in a prompt that is a text of Python's; ``{{ }}`` is nothing there."""
    begun, quote = call["begun"], call["quote"]
    if not sources.is_package(call["name"]) or (len(quote) == 1 and "\n" in begun):
        return None
    rest = after.partition(quote)[0] if len(quote) == 3 else after.partition("\n")[0]
    found = _in_prompt("lint", begun + rest.partition(quote)[0], len(begun), sources)
    return Offered(found.token, [one for one in found.offers if quote[0] not in one.text])


def _in_call(before: str, sources: Sources) -> Offered | None:
    call = _CALL.search(before)
    if call is None:
        return None
    begun = call["begun"]
    if call["function"] == "press":
        buttons = sources.buttons(call["name"])
        return None if buttons is None else _starting(begun, buttons)
    return _starting(begun, sources.tasks()) if sources.is_package(call["name"]) else None


def _starting(token: str, offers: Iterable[Suggestion]) -> Offered:
    begun = token.lower()
    return Offered(token, [one for one in offers if one.text.lower().startswith(begun)])


# -- prompts ---------------------------------------------------------------------------------------


def _in_body(head: str, body: str, cursor: int, sources: Sources) -> Offered:
    words = head.split()
    name = words[0].lower() if words and words[0].lower() in CELL_NAMES else "imagine"
    return _in_prompt(name, body, cursor, sources, is_niji="niji" in words)


def _in_prompt(
    name: str, text: str, cursor: int, sources: Sources, *, is_niji: bool = False
) -> Offered:
    if name != "lint" and (field := _FIELD.search(text[:cursor])):
        return sources.names(field["begun"])
    if name == "shorten":
        return Offered("")  # which reads words alone
    place = sources.place(is_niji=is_niji)._replace(
        is_film=name == "video", is_window=name == "answer"
    )
    found = suggest(text, cursor, place, sources.table)
    files = sources.files(found.token, _PICTURES) if found.is_file else []
    return Offered(found.token, [*found.offers, *files])


# -- lines -----------------------------------------------------------------------------------------


class _Line(NamedTuple):
    """A command as far as it is written: what follows its name, its words, the last one, a body."""

    spec: CommandSpec
    text: str
    words: Sequence[str]
    token: str
    body: str = ""

    @property
    def options(self) -> Mapping[str, Action]:
        """Each option of the command by how it is written."""
        return parser_of(self.spec.name).options

    @property
    def given(self) -> list[str]:
        """The words that are neither options nor their values."""
        found: list[str] = []
        skips = False
        for word in self.words:
            action = self.options.get(word)
            if action is None and not skips:
                found.append(word)
            skips = action is not None and action.nargs != 0
        return found

    @property
    def open_option(self) -> Action | None:
        """The option behind which a value is wanted."""
        for at, word in enumerate(reversed(self.words)):
            action = self.options.get(word)
            if action is not None:
                is_open = action.nargs == "+" or (at == 0 and action.nargs != 0)
                return action if is_open else None
            if not word.lower().endswith(_PICTURES):
                return None  # of several pictures each is a file; another word begins the prompt
        return None

    @property
    def flags(self) -> Sequence[Suggestion]:
        """The options that begin as the last word does."""
        if not self.token.startswith("-"):
            return ()
        known = sorted(self.options.items())
        return _starting(
            self.token, (Suggestion(flag, action.help or "") for flag, action in known)
        ).offers


def _at_line(text: str, sources: Sources, *, is_cell: bool, body: str = "") -> Offered:
    """Return what can stand at the end of *text*, which follows ``%mj`` or ``%%mj``."""
    if field := _FIELD.search(text):
        return sources.names(field["begun"])
    token = "" if not text or text[-1].isspace() else text.rsplit(maxsplit=1)[-1]
    names = CELL_NAMES if is_cell else COMMAND_NAMES
    words = text[: len(text) - len(token)].split()
    if not words and not token.startswith("-"):
        return _starting(token, (Suggestion(one, SPECS[one].summary) for one in sorted(names)))
    has_name = bool(words) and words[0].lower() in names
    if not (has_name or is_cell):
        return Offered(token)
    name = words.pop(0).lower() if has_name else "imagine"
    line = _Line(SPECS[name], text.split(None, 1)[-1] if has_name else text, words, token, body)
    option, sign, begun = token.partition("=")
    if sign and option in line.options:
        return _values(line.options[option], begun, sources, body)
    return _in_text(line, sources) if line.spec.text and not is_cell else _in_words(line, sources)


def _in_words(line: _Line, sources: Sources) -> Offered:
    """Return what can stand in a line that is split as in a shell."""
    spec = line.spec
    if quoted := _QUOTED.search(line.text):
        token = quoted.group().lstrip()
        words = line.text[: len(line.text) - len(token)].split()
        line = line._replace(token=token, words=words)
    given = line.given
    if (action := line.open_option) is not None:
        return _values(action, line.token, sources, line.body)
    if quoted and spec.heads_cell and len(given) >= spec.most:
        return _in_prompt(spec.name, quoted["begun"], len(quoted["begun"]), sources)
    if line.token.startswith("-"):
        if any(word.partition("=")[0] == "--sweep" for word in line.words):
            # What holds for all cells of a sweep may stand in its line.
            found = _in_prompt(spec.name, line.token, len(line.token), sources)
            return Offered(line.token, [*line.flags, *found.offers])
        return Offered(line.token, line.flags)
    return Offered(line.token, _words(spec, line.token, given, sources))


def _in_text(line: _Line, sources: Sources) -> Offered:
    """Return what can stand in a line that is words and our options, in any order."""
    token = line.token
    if (action := line.open_option) is not None:
        return _values(action, token, sources, line.body)
    words = " ".join(line.given)
    begun = f"{words} {token}".lstrip()
    if line.spec.name != "press":
        found = _in_prompt(line.spec.name, begun, len(begun), sources)
        return Offered(found.token, [*line.flags, *found.offers])
    if token.startswith("-"):
        return Offered(token, line.flags)
    # A button may be several words: what is written of it is replaced as a whole.
    buttons = _starting(begun, sources.buttons("") or [])
    if buttons.offers and line.text.endswith(begun):
        return buttons
    return _starting(token, sources.tasks() if words else ())


def _values(action: Action, token: str, sources: Sources, body: str) -> Offered:
    if action.dest == "sweep":
        return _axis(token, sources, body)
    if action.choices:
        told = action.help or ""
        return _starting(token, (Suggestion(str(choice), told) for choice in action.choices))
    if action.dest == "parent" or action.metavar == "ID":
        return _starting(token, sources.tasks())
    endings = _FILES.get(str(action.metavar))
    return Offered(token, [] if endings is None else sources.files(token, endings))


def _axis(token: str, sources: Sources, body: str) -> Offered:
    """Return what can vary in a sweep, as in ``s=0,250``: its name, then its values."""
    name, sign, values = token.partition("=")
    if not sign:
        own = (Suggestion(f"{one}=", "a word of the prompt") for one in field_names(body))
        table = sources.table
        others = (Suggestion(f"{one}=", _meaning(one, table)) for one in (*KEYWORDS, *_OTHER_AXES))
        return _starting(token, [*own, *others])
    begun = values.rpartition(",")[2]
    option = parser_of("imagine").options.get(f"--{name}")
    if option is not None and option.choices:
        return _starting(begun, (Suggestion(str(one), _OTHER_AXES[name]) for one in option.choices))
    if name not in KEYWORDS:
        return Offered(begun, sources.files(begun, _PICTURES) if name == "images" else [])
    text = f"--{name} {begun}"
    return Offered(
        begun, suggest(text, len(text), sources.place(is_niji=False), sources.table).offers
    )


# What varies besides the parameters and the words of a prompt.
_OTHER_AXES = {"prompt": "whole prompts", "images": "reference pictures", "bot": "mj and niji"}
_OTHER_AXES |= {"mode": "fast, turbo and relax", "repeat": "so many of each cell: 0,1,2"}


def _meaning(name: str, table: ParameterTable) -> str:
    spec = table.spec(name)
    return _OTHER_AXES.get(name) or (spec.meaning if spec else "")


def _words(
    spec: CommandSpec, token: str, given: Sequence[str], sources: Sources
) -> list[Suggestion]:
    """Return what can stand behind those that are *given*, where an argument has its place."""
    if spec.most:
        return sources.files(token, _PICTURES) if len(given) < spec.most else []
    places = [one.settings for one in spec.arguments if not one.flags[0].startswith("-")]
    found: list[Suggestion] = []
    for settings in places[len(given) :]:
        name = settings.get("metavar")
        if name in _FILES:
            found += sources.files(token, _FILES[name])
        elif name == "ID":
            found += _starting(token, sources.tasks()).offers
        elif name == "COMMAND":
            known = (Suggestion(one, SPECS[one].summary) for one in sorted(COMMAND_NAMES))
            found += _starting(token, known).offers
        elif settings is not None and spec.name == "params":
            found += _starting(token, _parameters(sources.table)).offers
    return found


def _parameters(table: ParameterTable) -> list[Suggestion]:
    living = [spec for spec in table.specs.values() if not spec.state and spec.kind != "front"]
    names = [(name, spec) for spec in living for name in (spec.short, spec.name) if name]
    return [*(Suggestion(name, spec.meaning) for name, spec in names), _RULES]
