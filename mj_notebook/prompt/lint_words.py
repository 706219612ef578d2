"""What lint finds in the words of a prompt, and in what stands in front of them."""

import re
import unicodedata
from collections.abc import Iterator

from mj_notebook.prompt.findings import Found, told
from mj_notebook.prompt.lint_case import Case
from mj_notebook.prompt.parse import ADDRESS
from mj_notebook.prompt.reference_values import ALMOST_ADDRESS, is_picture_file
from mj_notebook.prompt.weights import WEIGHT, has_weights, weighted_parts, without_addresses
from mj_notebook.protocol.addresses import CDN_HOSTS


def check_empty(case: Case) -> Iterator[Found]:
    """Find that there is nothing to draw."""
    images = len(case.prompt.images) + case.place.images
    if _says_something(case.prompt.text) or case.place.is_film or "video" in case.there:
        return
    # Everything stands behind a parameter: one finding is enough.
    if any(len(one.parameter.value.split()) > 1 for one in case.written):
        return  # its words stand behind a parameter, which is said of that
    if not images:
        yield Found("empty", told("The prompt has no words."), told("Write what should be drawn."))
    elif images == 1:
        end = len(case.prompt.images[0]) if case.prompt.images else 0
        yield Found(
            "image-alone", told("One picture without words is refused."), told("Add words."), 0, end
        )


def _says_something(text: str) -> bool:
    """Tell whether there is a letter, a digit or an emoji: signs alone are nothing to draw."""
    return any(
        # Letters of scripts without case and emoji count; half of a pair (C) is refused in other
        # words.
        sign.isalnum() or (not sign.isascii() and unicodedata.category(sign)[0] in "LMNSC")
        for sign in WEIGHT.sub(" ", text)
    )


def check_front(case: Case) -> Iterator[Found]:
    """Find a file of this machine in front, which nobody hands over."""
    first = case.prompt.text.split(None, 1)[0] if case.prompt.text else ""
    # What is handed over becomes an address on its way.
    if first and first not in case.place.handed and is_picture_file(first):
        yield Found(
            "local-path",
            told("{path} is a file here, which Midjourney can't see.", path=first),
            told("Give it behind --image (in Python images=[…])."),
            case.words_start,
            case.words_start + len(first),
        )
    elif ALMOST_ADDRESS.match(first):
        yield Found(
            "address-in-words",
            told("{first} is no whole address, and is read as words.", first=first),
            told("Write https://{address}.", address=_SCHEME.sub("", first)),
            case.words_start,
            case.words_start + len(first),
        )


_SCHEME = re.compile(r"^[a-z]+:?/{1,2}", re.IGNORECASE)


def check_pasted(case: Case) -> Iterator[Found]:
    """Find in the words what is none of them."""
    text, start = case.prompt.text, case.words_start
    for rule, sign, pattern, message, advice in _PASTED:
        if sign in text and (found := pattern.search(text)):
            begin, end = found.span()
            yield Found(
                rule, told(message, what=found[0]), told(advice), start + begin, start + end
            )


# A sign that each must hold stands before its pattern: most prompts have none of them, and a look
# for one sign costs next to nothing.
_PASTED = (
    (
        "second-prompt",
        "/",
        re.compile(r"/imagine(?:\s+prompt\s*:)?(?=\s)", re.IGNORECASE),
        told("A second {what} stands in the prompt."),
        told("Give it a cell of its own."),
    ),
    (
        "address-in-words",
        "://",
        ADDRESS,
        told("An address among the words is read as words."),
        told("Write it in front of them, or behind --sref."),
    ),
    (
        "foreign-weight",
        ":",
        re.compile(r"\([^():]{1,60}:\d(?:\.\d+)?\)|<lora:[^<>]{1,60}>", re.IGNORECASE),
        told("{what} is how other programs weigh words; here it is read as words."),
        told("Leave the brackets and the number out."),
    ),
    (
        "lone-choice",
        "{",
        re.compile(r"(?<!\\)\{?\{[^{},]*\}\}?"),
        told("{what} stands for one choice, which is none."),
        told("For a Python value write {{…}} in a cell, and an f-string in Python."),
    ),
)


def check_weights(case: Case) -> Iterator[Found]:
    """Find weights that are not read, or that leave nothing."""
    text = case.prompt.text
    if not has_weights(text):
        return
    reads = case.version in case.table.weights
    # In addresses two colons weigh nothing.
    marks = list(WEIGHT.finditer(without_addresses(text)))
    first = case.words_start + marks[0].start()
    last = case.words_start + marks[-1].end()
    if case.version and not reads:
        yield Found(
            "weights-unread",
            told("Weights (::) are not read by {version}.", version=case.version_words),
            told("Version 6.1 reads them: --v 6.1."),
            first,
            last,
        )
    if reads and (apart := _APART.search(text)):
        begin, end = apart.span()
        yield Found(
            "spaced-weight",
            told("A space stands before ::, which belongs right behind the words."),
            told("Leave the space out."),
            case.words_start + begin,
            case.words_start + end,
        )
    total = sum(part.weight for part in weighted_parts(text))
    # Midjourney refuses such a prompt, so nothing would be drawn.
    if total <= 0 and reads:
        yield Found(
            "weights-sum",
            told("The weights add up to {total}.", total=f"{total:g}"),
            told("Their sum must be above 0."),
            first,
            last,
        )


_APART = re.compile(r"(?<=\S)\s+::-?[\d.]*")


def check_addresses(case: Case) -> Iterator[Found]:
    """Find an address that is gone before the prompt is asked for again."""
    words = range(case.words_start, case.words_start + len(case.prompt.text))
    for found in ADDRESS.finditer(case.text):
        host = found[0].partition("://")[2].partition("/")[0].lower()
        # Among the words it is told already that an address is read as words.
        if host in CDN_HOSTS and "discord" in host and found.start() not in words:
            yield Found(
                "expiring-address",
                told("An address of Discord's expires within a day."),
                told("Hand the picture over anew with mj.upload(…)."),
                *found.span(),
            )
            return


def check_pinned(case: Case) -> Iterator[Found]:
    """Find that the version is left to the day it is drawn on."""
    place = case.place
    # A film and a window draw with the version of their picture.
    if case.is_stated or place.default_version or place.is_film or place.is_window:
        return
    if "version" in case.there or "niji" in case.there:
        return
    written = f"--niji {case.table.default_niji}" if place.is_niji else f"--v {case.version}"
    yield Found(
        "no-version",
        told("No version is written, and the usual one changes without notice."),
        told("To get the same next month, write {written}.", written=written),
    )
