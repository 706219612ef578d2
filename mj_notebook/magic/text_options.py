"""Our own options among the words of a prompt; what is left of the text stays as it was written."""

import re
from argparse import Action
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NoReturn

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.prompt.canonical import ODD_DASHES
from mj_notebook.prompt.parameters import living_names, long_name
from mj_notebook.view.text import truncate

Options = Mapping[str, Action]

# What stands in double quotes is drawn as text: nothing in it is an option. Single quotes protect
# nothing, since an apostrophe would hide every option behind it, and that is paid for.
_MARK = re.compile(
    r'(?P<quoted>(?<!\S)(?:"[^"]*"|“[^“”]*”))'
    r"|(?<![^\s({\[,;，；（【、。：])(?:-(?P<short>n)(?![A-Za-z_-])"
    rf"|(?P<dashes>[-{ODD_DASHES}]+)(?P<name>[A-Za-z][\w-]*)"
    rf"(?P<more>(?:[{ODD_DASHES}][\w-]+)*))"
)
_VALUE = re.compile(r"""(?:=|\s+)(?!--|—|–)(?:"([^"]*)"|'([^']*)'|(\{\{.*?\}\}|\S+))""")
# Behind -n alone, so that "-n of" in a sentence stays words.
_SHORT_VALUE = re.compile(r"\d+")
_FILE = re.compile(
    r"""\s+(?!\S*://)(?:"([^"]*\.{0})"|'([^']*\.{0})'|([^\s"']+\.{0}))(?=\s|$)""".replace(
        "{0}", "(?:png|jpe?g|webp|gif)"
    ),
    re.IGNORECASE,
)
# Pasted without quotes: all up to the ending of a picture, as long as nothing else begins.
_SPACED_FILE = re.compile(
    r"""(?:=|\s+)((?!--|—|–)[^\s"'{}=](?:(?!\s-|\s\S*://)[^"'{}\n])*?\.(?:png|jpe?g|webp|gif))(?=\s|$)""",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\S+|\s*=\S*")
_SECOND = re.compile(r"^[ \t]*(%%?[ \t]*mj)(?=\s|$)", re.MULTILINE | re.IGNORECASE)


def is_parameter(word: str) -> bool:
    """Tell whether Midjourney itself knows *word*, which begins with hyphens."""
    return long_name(word.lstrip("-").partition("=")[0]) in living_names()


def separate(
    text: str, options: Options, refuse: Callable[[str], NoReturn]
) -> tuple[list[str], str]:
    """
    Return our options in *text* as words for argparse, and the text without them.

    Args:
        text: What follows the command.
        options: Those of the command. One that Midjourney knows too (``--zoom``) is ours in front
            of the prompt, and a word of the prompt behind its first word.
        refuse: Called with an option that neither we nor Midjourney know.

    Raises:
        UsageError: An option that takes no value is given one.
    """
    words: list[str] = []
    kept: list[str] = []
    has_words = False
    begin = at = 0
    while mark := _MARK.search(text, at):
        at = mark.end("name") if mark["name"] else mark.end()
        if mark["quoted"]:
            continue
        word = _word(mark)
        before = text[begin : mark.start()].strip()
        # Other dashes may begin a word; `refuse_options` looks at what is left.
        action = options.get(word) if mark["dashes"] in {"--", None} else None
        is_theirs = is_parameter(word)
        if action is None or (is_theirs and (before or has_words)):
            if action is None and not is_theirs and mark["dashes"] in {"--", None}:
                refuse(word)
            continue
        kept.append(before)
        has_words = has_words or bool(before)
        values, at = _values(text, at, action)
        words += [f"{word}={value}" for value in values] if values else [word]
        begin = at
    kept.append(text[begin:].strip())
    return words, " ".join(filter(None, kept))


def refuse_options(
    prompt: str, options: Options, head: str, others: Mapping[str, str] = MappingProxyType({})
) -> None:
    """
    Refuse a prompt that holds one of our *options*: it would be drawn as a word, and paid.

    Args:
        prompt: What would be sent.
        options: Those of the command.
        head: How the command is written.
        others: The options of other commands, with the name of one that has it.

    Raises:
        UsageError: There is one, or the line of a second cell; the hint says where it belongs.
    """
    if second := _SECOND.search(prompt):
        raise UsageError(
            translated("A second {second} line stands in the prompt.", second=second[1]),
            hint=translated("Give it a cell of its own; %%mj -n 3 draws several of one prompt."),
        )
    ours = {_letters(option): option for option in options}
    theirs = {_letters(option): option for option in others}
    for mark in _MARK.finditer(prompt):
        word = _word(mark)  # other dashes are sent as two hyphens, so they are no better here
        if mark["quoted"] or is_parameter(word):
            continue
        letters = [_letters(f"{word}{mark['more'] or ''}"), _letters(word)]
        if meant := next((ours[one] for one in letters if one in ours), None):
            raise UsageError(
                translated(
                    "{mark} stands in the prompt, but is an option of {head}.",
                    mark=mark[0],
                    head=head,
                ),
                hint=translated(
                    "Write {what} behind {head}; in double quotes it stays a word of the prompt.",
                    what=translated("it") if mark[0] == meant else meant,
                    head=head,
                ),
            )
        if meant := next((theirs[one] for one in letters if one in theirs), None):
            raise UsageError(
                translated(
                    "{mark} stands in the prompt, but is an option of %mj {others}.",
                    mark=mark[0],
                    others=others[meant],
                ),
                hint=translated("Leave it out; in double quotes it stays a word of the prompt."),
            )


# Of some forty options in each cell; words of prompts come and go.
@lru_cache(maxsize=256)
def _letters(option: str) -> str:
    """Return how *option* is compared: as --no-wait are --No-Wait, --nowait, ——no_wait and -n2."""
    letters = re.sub(rf"[-_{ODD_DASHES}]", "", option.lower())
    return "n" if re.fullmatch(r"n\d+", letters) else letters


def _word(mark: "re.Match[str]") -> str:
    return f"-{mark['short']}" if mark["short"] else f"--{mark['name']}"


def _values(text: str, at: int, action: Action) -> tuple[list[str], int]:
    """Return the values of *action* that begin at *at*, and where they end."""
    if action.nargs == 0:
        if behind := _BEHIND.match(text, at):
            option = "/".join(action.option_strings)
            raise UsageError(
                translated(
                    "{option} takes no value, and {behind!r} stands behind it.",
                    option=option,
                    behind=truncate(behind[0], 20),
                ),
                hint=translated(
                    "Write {option} alone; a word of the prompt needs a space before it.",
                    option=option,
                ),
            )
        return [], at
    spaced = _SPACED_FILE.match(text, at) if action.metavar == "PIC" else None
    if spaced and "://" in spaced[1]:
        spaced = None
    found = spaced or _SHORT_VALUE.match(text, at) or _VALUE.match(text, at)
    if found is None:
        return [], at  # argparse says that one is missing
    values = [_unquoted(found)]
    # More pictures may follow, where a list is wanted; a word that is no file begins the prompt.
    while action.nargs == "+" and (another := _FILE.match(text, found.end())):
        found = another
        values.append(_unquoted(found))
    return values, found.end()


def _unquoted(found: "re.Match[str]") -> str:
    return next((group for group in found.groups() if group is not None), found[0])
