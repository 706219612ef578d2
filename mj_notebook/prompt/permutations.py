"""Permutations: ``{red, blue} kite`` stands for two prompts, and braces may stand in braces."""

import re
from typing import NamedTuple

from mj_notebook.errors import PromptError
from mj_notebook.prompt.findings import told
from mj_notebook.prompt.parse import Prompt

MOST_PROMPTS = 1000
"""More than anybody can mean; Midjourney itself draws 40 at most."""
# A prompt is foreign text: without a bound, braces in braces end in a RecursionError.
_MOST_DEPTH = 20

# Of one prompt Midjourney itself draws no more, in any of its plans.
_MOST_REPEATED = 40


class Wanted(NamedTuple):
    """A prompt, and which of several drawings of it is wanted, counted from 0."""

    prompt: str
    repeat: int = 0


def wanted_prompts(text: str) -> list[Wanted]:
    """
    Return the prompts that *text* stands for by its braces and its ``--repeat``, in their order.

    Braces without a partner stay as they are, for lint to find; so does a number that makes no
    sense.

    Raises:
        PromptError: There are too many prompts.
    """
    try:
        # Counted first: expanding would fill the memory before it could be refused.
        count = count_permutations(text)
    except PromptError:
        return [Wanted(text)]
    expanded = expand_permutations(text) if count > 1 else [text]
    wanted = [one for each in expanded for one in _repeated(each)]
    if len(wanted) > MOST_PROMPTS:
        raise _too_many(text, text.find("{"))
    return wanted


def _repeated(text: str) -> list[Wanted]:
    once, times = repeats_of(text)
    return [Wanted(once, number) for number in range(times)]


def repeats_of(text: str) -> tuple[str, int]:
    """Return *text* without its ``--repeat``, and how often it wants to be drawn; 1 as a rule."""
    # As nearly all prompts: a look for three signs instead of parsing.
    if "--r" not in text:
        return text, 1
    prompt = Prompt.parse(text)
    times = prompt.value("repeat") or ""
    if not (times.isascii() and times.isdecimal() and 1 <= int(times) <= _MOST_REPEATED):
        return text, 1
    # Taken out, as each drawing is asked for by itself: a proxy follows only the first of a
    # --repeat.
    return str(prompt.with_(repeat=None)), int(times)


_Tree = list["str | list[_Tree]"]
"""A text in pieces: as it is, or the branches of a pair of braces."""


def expand_permutations(text: str) -> list[str]:
    """
    Return the prompts that *text* stands for, in the order of their choices.

    A backslash before a comma or a brace keeps it as a sign; that before a comma is left out within
    braces, as none is needed any more.

    Raises:
        PromptError: A brace has no partner, or there are too many prompts.
    """
    if "{" not in text and "}" not in text:
        return [text]
    tree = _tree(text)
    if _count(tree) > MOST_PROMPTS:
        raise _too_many(text, text.index("{"))
    return [" ".join(one.split()) for one in _expanded(tree)]


def count_permutations(text: str) -> int:
    """Return how many prompts *text* stands for, 1 without braces."""
    return _count(_tree(text)) if "{" in text or "}" in text else 1


def as_one_prompt(text: str) -> str:
    """Return *text* so that it stands for one prompt alone: its braces are signs."""
    try:
        is_one = count_permutations(text) == 1
    except PromptError:
        return text
    # Not where nothing would be chosen: a prompt stays as it was wherever that is possible.
    return text if is_one else re.sub(r"(?<!\\)[{}]", r"\\\g<0>", text)


def choices_in(text: str) -> list[str | list[str]]:
    """
    Return *text* in pieces: as it is, or the choices of a pair of braces.

    Braces without a partner stay as they are, for lint to find.

    Raises:
        PromptError: A pair has too many choices.
    """
    try:
        tree = _tree(text)
    except PromptError:
        return [text]
    if any(_count([part]) > MOST_PROMPTS for part in tree):
        raise _too_many(text, text.find("{"))
    return [part if isinstance(part, str) else _expanded([part]) for part in tree]


def _tree(text: str) -> _Tree:
    """Read *text*; a stack instead of recursion, since a text may be anything."""
    tree: _Tree = []
    # Of each pair of braces that is open: what was read before it, its branches, its place.
    stack: list[tuple[_Tree, list[_Tree], int]] = []
    piece: list[str] = []
    position = 0
    while position < len(text):
        sign = text[position]
        if sign == "\\" and text[position + 1 : position + 2] in tuple(",{}"):
            escaped = text[position : position + 2]
            # A prompt is read again by whoever gets it: its braces stay signs, also there.
            piece.append("," if stack and escaped == "\\," else escaped)
            position += 2
            continue
        if sign == "{":
            if len(stack) >= _MOST_DEPTH:
                raise _wrong(told("The braces stand too deep in each other."), text, position)
            _flush(piece, tree)
            stack.append((tree, [], position))
            tree = []
        elif sign == "}" and not stack:
            raise _wrong(
                told("A {one} has no {other} before it.", one="}", other="{"), text, position
            )
        elif sign in ",}" and stack:
            _flush(piece, tree)
            stack[-1][1].append(tree)
            tree = []
            if sign == "}":
                tree, branches, _ = stack.pop()
                tree.append(branches)
        else:
            piece.append(sign)
        position += 1
    if stack:
        raise _wrong(
            told("A {one} has no {other} behind it.", one="{", other="}"), text, stack[-1][2]
        )
    _flush(piece, tree)
    return tree


def _too_many(text: str, position: int) -> PromptError:
    return PromptError(
        told("The braces stand for more than {count} prompts.", count=f"{MOST_PROMPTS:,}"),
        hint=told("Write fewer choices."),
        prompt=text,
        position=max(position, 0),
    )


def _wrong(message: str, text: str, position: int) -> PromptError:
    return PromptError(
        message,
        hint=told("Close it, or write {sign} for the sign.", sign="\\{"),
        prompt=text,
        position=position,
    )


def _flush(piece: list[str], tree: _Tree) -> None:
    if piece:
        tree.append("".join(piece))
        piece.clear()


def _count(tree: _Tree) -> int:
    product = 1
    for part in tree:
        if not isinstance(part, str):
            product *= sum(map(_count, part))
    return product


def _expanded(tree: _Tree) -> list[str]:
    texts = [""]
    for part in tree:
        choices = (
            [part]
            if isinstance(part, str)
            else [text.strip() for branch in part for text in _expanded(branch)]
        )
        # The last braces change fastest, as a person reads.
        texts = [text + choice for text in texts for choice in choices]
    return texts
