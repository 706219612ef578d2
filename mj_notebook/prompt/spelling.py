"""Parameters that are written so that Midjourney reads them as words, or refuses them; pure."""

import difflib
import re
from collections.abc import Iterator
from typing import NamedTuple

from mj_notebook.prompt.canonical import WIDE
from mj_notebook.prompt.findings import Found, told, write
from mj_notebook.prompt.parameters import ParameterSpec, ParameterTable
from mj_notebook.prompt.parse import ADDRESS
from mj_notebook.prompt.values import is_plausible

# What looks like a parameter: hyphens, a name, and what is glued to it. Not all of a long word,
# which may hold a hyphen at each second sign.
_CANDIDATE = re.compile(
    r"-(?<!--)(?P<more>-{0,3})(?P<space>\s*)(?P<name>[A-Za-z]+)(?P<rest>(?:(?!--)\S){0,200})"
    r"(?:\s+(?P<next>(?:(?!--)\S){1,200}))?"
)
_GLUED = re.compile(r"(?:[=:：＝](?P<set>\S*)|(?P<number>[.\d]\S*))")
# Only the shape is known without its hyphens: "v 7" may be anything.
_SHAPE = re.compile(r"\d{1,4}:\d{1,4}(?!\S)", re.ASCII)
_NO_HYPHENS = re.compile(r"(?<!\S)(?<!-\s)(?:ar|aspect)[ :=]{1,2}$", re.IGNORECASE)
_AT_ADDRESS = re.compile(r"--(?P<name>[A-Za-z]+)\s+(?P<next>[^\s-]\S*)")
# What closes round a parameter that stands in brackets, or at the end of a sentence.
_CLOSING = "`\"')]}>*_,.;!，。；）】」"
# Two letters of three: "a" is near to "ar", and "newer" is not to "weird".
_NEAR = 0.66
_QUOTED = re.compile(r'(?<!\S)"[^"]*"')
_UNSCANNED = re.compile(r"--(?<!\S--)(?P<name>[A-Za-z][A-Za-z0-9]*(?!--)[-_=:.,][^\s]*)")


class Misspelt(NamedTuple):
    """What was found, and the prompt without it: blanks stand where it stood."""

    found: tuple[Found, ...]
    rest: str


def check_spelling(text: str, table: ParameterTable) -> Misspelt:
    """Find what is written like no parameter, and was probably meant as one."""
    found: list[Found] = []
    for shape in _SHAPE.finditer(text):
        if bare := _NO_HYPHENS.search(text[max(0, shape.start() - 9) : shape.start()]):
            name = bare[0].rstrip(" :=")
            # Only "ar" before a shape is sure enough: other short names are words of English.
            message = told("{written} has not two hyphens in front.", written=name)
            advice = write(f"--{name}", shape[0])
            start = shape.start() - len(bare[0])
            found.append(Found("hyphens", message, advice, start, shape.end()))
    if "-" not in text:
        return Misspelt(tuple(found), text)
    # Addresses hold hyphens of all kinds, and words in quotes are drawn as they are.
    masked = text
    if "://" in text:
        found += _at_addresses(text, table)
        masked = _blank(text, ADDRESS)
    masked = _blank(masked, _QUOTED) if '"' in masked else masked
    at = 0
    while candidate := _CANDIDATE.search(masked, at):
        at = candidate.end("name")
        finding = _misspelt(candidate, table)
        if finding is not None:
            found.append(finding)
            # Blanks of the same length, so that all later places stay right.
            text = text[: finding.start] + " " * (finding.end - finding.start) + text[finding.end :]
            at = max(at, finding.end)
    for candidate in _UNSCANNED.finditer(masked):
        if not any(one.start <= candidate.start() < one.end for one in found):
            start, end = candidate.span()
            found.append(unknown_parameter(candidate["name"], start, end, table))
            text = text[:start] + " " * (end - start) + text[end:]
    return Misspelt(tuple(found), text)


def _at_addresses(text: str, table: ParameterTable) -> Iterator[Found]:
    """Find parameters that no space parts from an address."""
    for address in ADDRESS.finditer(text):
        # The last hyphens: an address may have two of its own.
        start = address.start() + address[0].rfind("--")
        match = _AT_ADDRESS.match(text, start) if "--" in address[0] else None
        spec = _living(match["name"], table) if match else None
        if match and spec and is_plausible(spec, match["next"].rstrip(_CLOSING)):
            yield Found(
                "no-space",
                told("No space stands before {written}.", written=f"--{match['name']}"),
                told("Write {meant} behind a space.", meant=f"--{match['name']} {match['next']}"),
                *match.span(),
            )


def unknown_parameter(name: str, start: int, end: int, table: ParameterTable) -> Found:
    """Return what is found of ``--name``, which nobody knows."""
    near = closest_parameter(name, table)
    return Found(
        "unknown-parameter",
        told("--{name} is no parameter that is known here.", name=name),
        told("Did you mean {near}?", near=near) if near else "",
        start,
        end,
    )


def closest_parameter(name: str, table: ParameterTable) -> str:
    """Return which parameter was probably meant by *name*, "" when none comes close."""
    known = [*table.aliases, *(spec.name for spec in table.specs.values() if not spec.state)]
    wanted = re.split(r"[-_=:.,\d]", name.lower())[0] or name.lower()
    if wanted in known:
        return f"--{wanted}"
    # What other programs call it is nearer than what is spelt alike: "steps" is no "stop".
    meant = [spec.written for spec in table.specs.values() if {name.lower(), wanted} & spec.also]
    if meant:
        return meant[0]
    near = [
        match
        for word in (name.lower(), wanted)
        for match in difflib.get_close_matches(word, known, n=1, cutoff=_NEAR)
    ]
    return f"--{near[0]}" if near else ""


class _Candidate(NamedTuple):
    """
    What looks like a parameter.

    Attributes:
        mark: The hyphens in front, and the spaces behind them.
        is_first: Whether nothing but a space stands before it.
        sign: What stands between its name and its value: "=", ":" or nothing.
        is_glued: Whether a value is glued to the name.
        fits: Whether what follows may be its value.
        meant: How it is written rightly.
    """

    spec: ParameterSpec
    mark: str
    is_first: bool
    sign: str
    is_glued: bool
    fits: bool
    meant: str
    start: int
    end: int

    @property
    def is_flag(self) -> bool:
        """Whether it has no value, and needs none."""
        return self.spec.kind == "flag" and not self.is_glued


def _misspelt(match: "re.Match[str]", table: ParameterTable) -> Found | None:
    one = _read(match, table)
    rule = _rule(one) if one else ""
    if one is None or not rule:
        return None
    shown = match.string[one.start : one.end]
    written = f"{one.mark}{match['name']}"
    message = {
        "glued": told(
            "{written} has {sign} where a space belongs.",
            written=shown,
            sign=one.sign or told("nothing"),
        ),
        "no-space": told("No space stands before {written}.", written=f"--{match['name']}"),
        "hyphens": told("{written} has a space behind its hyphens.", written=written)
        if one.mark.rstrip() == "--"
        else told("{written} has not two hyphens in front.", written=written),
    }[rule]
    is_apart = rule == "no-space"
    advice = (
        told("Write {meant} behind a space.", meant=one.meant) if is_apart else write(one.meant)
    )
    return Found(rule, message, advice, one.start, one.end)


def _rule(one: _Candidate) -> str:
    """Return the rule that *one* breaks, "" where it may be something else."""
    if one.mark == "--":
        if one.is_first:
            # ``--v7`` may be somebody's own option, but ``--ar=3:2`` is nobody's.
            return "glued" if one.is_glued and (one.sign or one.fits) else ""
        return "no-space" if one.fits or (one.is_flag and len(one.spec.name) > 2) else ""
    # A hyphen before a word is common; before a parameter's name and a value of it, it is not.
    is_meant = one.fits or (one.is_flag and len(one.spec.name) > 2 and not one.mark.endswith(" "))
    return "hyphens" if one.is_first and is_meant else ""


def _read(match: "re.Match[str]", table: ParameterTable) -> _Candidate | None:
    spec = _living(match["name"], table)
    glued = _GLUED.fullmatch(match["rest"])
    if spec is None or (match["rest"] and glued is None):
        return None
    value = (glued["set"] or glued["number"] or "") if glued else ""
    # What stands behind is looked at as well: "-ar 3:2" is meant, "well-ar ranged" is not.
    follower = value or match["next"] or ""
    bare = follower.rstrip(_CLOSING).translate(WIDE)
    fits = is_plausible(spec, bare)
    is_flag = spec.kind == "flag"
    takes_next = not value and not is_flag and fits
    meant = f"--{match['name']}" if is_flag else f"--{match['name']} {bare}".rstrip()
    return _Candidate(
        spec,
        f"-{match['more']}{match['space']}",
        match.start() == 0 or match.string[match.start() - 1].isspace(),
        match["rest"][:1] if glued and glued["number"] is None else "",
        glued is not None and bool(value or takes_next),
        fits,
        meant,
        match.start(),
        match.end("next") if takes_next else match.end("rest"),
    )


def _living(name: str, table: ParameterTable) -> ParameterSpec | None:
    spec = table.spec(name)
    return None if spec is None or spec.state or spec.kind == "front" else spec


def _blank(text: str, pattern: "re.Pattern[str]") -> str:
    # A sign that no pattern here takes for a part of a parameter, once for each sign that it
    # covers.
    return pattern.sub(lambda found: "\0" * len(found[0]), text)


def check_unknown(name: str, start: int, end: int, table: ParameterTable) -> Iterator[Found]:
    """Find a parameter that is not in the table."""
    if table.spec(name) is None:
        yield unknown_parameter(name, start, end, table)
