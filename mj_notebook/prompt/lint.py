"""Lint: what is wrong, doubtful or worth knowing in a prompt, found before anything is sent."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mj_notebook.errors import PromptError
from mj_notebook.prompt.banned import banned_word
from mj_notebook.prompt.canonical import normalise, repair
from mj_notebook.prompt.findings import Finding, Found
from mj_notebook.prompt.parameters import ParameterSpec, ParameterTable
from mj_notebook.prompt.parse import ADDRESS, Prompt, Written, parameters_start, scan
from mj_notebook.prompt.permutations import count_permutations, expand_permutations
from mj_notebook.prompt.rules import RuleBook, Severity, shipped_rules
from mj_notebook.prompt.spelling import check_spelling, check_unknown
from mj_notebook.prompt.values import Reading, check_value, is_picture_file
from mj_notebook.prompt.weights import has_weights, weighted_parts
from mj_notebook.protocol.addresses import CDN_HOSTS

# Midjourney draws no more of one prompt.
_MOST_EXPANDED = 40
_ORDER = (Severity.ERROR, Severity.WARN, Severity.HINT)


class Place(NamedTuple):
    """
    Where a prompt is used.

    Attributes:
        images: Pictures that go along beside the prompt.
        is_film: Whether a film is asked for.
        is_window: Whether it answers the window of a Custom Zoom.
        is_niji: Whether the bot for anime draws.
        default_version: What draws without ``--v`` and never moves; "" for what the rules say,
            which does.
        handed: The names of pictures that are handed over, and stand where addresses do.
    """

    images: int = 0
    is_film: bool = False
    is_window: bool = False
    is_niji: bool = False
    default_version: str = ""
    handed: frozenset[str] = frozenset()


_ANYWHERE = Place()


class Checked(NamedTuple):
    """A prompt as it would be sent, and what was found in it."""

    text: str
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops it."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)


def check_prompt(
    text: str,
    place: Place = _ANYWHERE,
    book: RuleBook | None = None,
    parameters: Mapping[str, Any] = MappingProxyType({}),
) -> Checked:
    """
    Bring *text* to the form it is sent in, and find what is wrong with it.

    Args:
        text: The prompt as it was typed or pasted.
        place: Where it is used.
        book: The rules, by default those of this package.
        parameters: Others, in place of what the prompt has: see `Prompt.with_`.

    Raises:
        UsageError: There is no such parameter, or it can't have this value.
    """
    book = book or shipped_rules()
    repaired = repair(text)
    sent = repaired.text
    if parameters:
        sent = normalise(str(Prompt.parse(sent).with_(**parameters)))
    found = [Found("repaired", note) for note in repaired.notes]
    found += _found(sent, place, book)
    findings: dict[tuple[str, str], Finding] = {}
    for one in found:
        severity = book.severities.get(one.rule, Severity.WARN)
        if severity is not Severity.OFF:
            words = sent[one.start : one.end].rstrip()
            finding = Finding(
                one.rule,
                severity,
                one.message,
                one.advice,
                one.start,
                one.start + len(words),
                words,
            )
            findings.setdefault((one.rule, one.message), finding)
    ordered = sorted(findings.values(), key=lambda one: (_ORDER.index(one.severity), one.start))
    return Checked(sent, tuple(ordered))


def require_sound(checked: Checked) -> None:
    """
    Refuse a prompt with errors.

    Raises:
        PromptError: There are some; it has the place of the first, and all findings.
    """
    errors = checked.errors
    if not errors:
        return
    first, others = errors[0], errors[1:]
    more = "".join(f" {one.message}" for one in others)
    force = "With --force (in Python force=True) it is sent as it is."
    raise PromptError(
        f"{first.message}{more}",
        hint=" ".join(filter(None, (*dict.fromkeys(one.advice for one in errors), force))),
        prompt=checked.text,
        position=first.start,
        findings=checked.findings,
    )


def _found(text: str, place: Place, book: RuleBook) -> Iterator[Found]:
    try:
        count = count_permutations(text)
        texts = expand_permutations(text)[:_MOST_EXPANDED] if 1 < count <= 1000 else [text]
    except PromptError as error:
        position = error.position
        yield Found(
            "unbalanced-braces",
            str(error.args[0]),
            error.hint,
            position,
            min(position + 1, len(text)),
        )
        count, texts = 1, [text]
    if count > 1:
        start, end = text.index("{"), text.rindex("}") + 1
        yield Found(
            "permutations",
            f"The braces stand for {count:,} prompts; each is drawn and paid.",
            "",
            start,
            end,
        )
    for one in texts:
        for found in _found_in_one(one, place, book):
            yield found if one == text else _placed(found, one, text)
    for rule in book.own:
        if match := rule.pattern.search(text):
            yield Found(rule.name, rule.message, rule.advice, *match.span())


def _placed(found: Found, one: str, text: str) -> Found:
    """Look where *found*, of the expanded prompt *one*, stands in *text*; else it is of all."""
    words = one[found.start : found.end].strip()
    start = text.find(words) if words else -1
    return found._replace(start=max(start, 0), end=start + len(words) if start >= 0 else 0)


# -- one prompt ------------------------------------------------------------------------------------


class _Case(NamedTuple):
    """One prompt that is looked at, in its parts."""

    text: str
    prompt: Prompt
    written: list[Written]
    there: dict[str, Written]
    version: str
    is_stated: bool
    place: Place
    table: ParameterTable

    @property
    def version_words(self) -> str:
        """How the version is called in sentences."""
        usual = "" if self.is_stated else ", which holds where no version is written,"
        return f"version {self.version}{usual}"


def _found_in_one(text: str, place: Place, book: RuleBook) -> Iterator[Found]:
    table = book.table
    misspelt = check_spelling(text, table)
    yield from misspelt.found
    written = scan(misspelt.rest)
    there = {table.long_name(one.parameter.name): one for one in written}
    prompt = Prompt.parse(misspelt.rest)
    version, is_stated = version_in_force(prompt, place, table)
    case = _Case(misspelt.rest, prompt, written, there, version, is_stated, place, table)
    is_readable = not misspelt.found
    for check in _CHECKS:
        if check is not _empty or is_readable:
            yield from check(case)
    if word := banned_word(misspelt.rest):
        start = misspelt.rest.index(word)
        yield Found(
            "banned-word", f"Servers may refuse the word “{word}”.", "", start, start + len(word)
        )


def version_in_force(prompt: Prompt, place: Place, table: ParameterTable) -> tuple[str, bool]:
    """Return the key of the version that draws ("" for an unknown one), and whether it is told."""
    niji, version = prompt.value("niji"), prompt.value("version")
    if niji is not None:
        key = f"niji{niji or table.default_niji}"
        return (key if key in table.versions else "", bool(niji))
    if version is not None:
        key = version.removesuffix(".0")
        return (key if key in table.versions else "", True)
    for name in ("test", "testp"):
        if prompt.value(name) is not None:
            return (name, True)
    if place.is_niji:
        return (f"niji{table.default_niji}", False)
    return (place.default_version or table.default_version, False)


def _empty(case: _Case) -> Iterator[Found]:
    images = len(case.prompt.images) + case.place.images
    if case.prompt.text or case.place.is_film:
        return
    if any(len(one.parameter.value.split()) > 1 for one in case.written):
        return  # its words stand behind a parameter, which is said of that
    if not images:
        yield Found("empty", "The prompt has no words.", "Write what should be drawn.")
    elif images == 1:
        yield Found("image-alone", "One picture without words is refused.", "Add words.")


def _front(case: _Case) -> Iterator[Found]:
    first = case.prompt.text.split(None, 1)[0] if case.prompt.text else ""
    if first and is_picture_file(first):
        # Its words are what is left in front of the parameters, whatever stands before them.
        start = len(case.text[: parameters_start(case.text)].rstrip()) - len(case.prompt.text)
        yield Found(
            "local-path",
            f"{first} is a file here, which Midjourney can't see.",
            "Give it behind --image (in Python images=[…]).",
            start,
            start + len(first),
        )


def _pasted(case: _Case) -> Iterator[Found]:
    """Find in the words what is none of them."""
    words = case.text[: parameters_start(case.text)].rstrip()
    text = case.prompt.text
    start = len(words) - len(text)
    for rule, sign, pattern, message, advice in _PASTED:
        if sign in text and (found := pattern.search(text)):
            begin, end = found.span()
            yield Found(rule, message.format(found[0]), advice, start + begin, start + end)


_PASTED = (
    (
        "second-prompt",
        "/",
        re.compile(r"/imagine(?:\s+prompt\s*:)?(?=\s)", re.IGNORECASE),
        "A second {} stands in the prompt.",
        "Give it a cell of its own.",
    ),
    (
        "address-in-words",
        "://",
        ADDRESS,
        "An address among the words is read as words.",
        "Write it in front of them, or behind --sref.",
    ),
    (
        "foreign-weight",
        ":",
        re.compile(r"\([^():]{1,60}:\d(?:\.\d+)?\)|<lora:[^<>]{1,60}>", re.IGNORECASE),
        "{} is how other programs weigh words; here it is read as words.",
        "Leave the brackets and the number out.",
    ),
)


def _parameters(case: _Case) -> Iterator[Found]:
    seen: dict[str, Written] = {}
    for one in case.written:
        name, value = one.parameter
        yield from check_unknown(name, one.start, one.end, case.table)
        spec = case.table.spec(name)
        if spec is None:
            continue
        reading = Reading(
            spec,
            name,
            value,
            case.version,
            one.start,
            one.end,
            is_hd="hd" in case.there,
            handed=case.place.handed,
        )
        yield from check_value(reading)
        yield from _living(reading, case)
        if spec.name in seen:
            yield reading.found(
                "repeated", f"--{name} stands there more than once.", "Write it once."
            )
        seen[spec.name] = one


def _living(reading: Reading, case: _Case) -> Iterator[Found]:
    """Find what is not for this version, this place or these days."""
    spec = reading.spec
    if spec.state == "deprecated":
        yield reading.found(
            "deprecated",
            f"{reading.written} does nothing any more.",
            spec.advice or "Leave it out.",
        )
    if spec.window and not case.place.is_window:
        yield reading.found(
            "zoom-outside-window",
            f"{reading.written} belongs in the window of a Custom Zoom alone.",
            spec.instead,
        )
    if case.version and case.version in spec.unsure:
        yield reading.found(spec.unsure_rule, spec.unsure[case.version])
    elif case.version and spec.versions and case.version not in spec.versions:
        is_refused = case.is_stated and case.version in spec.refused
        yield reading.found(
            "refused-by-version" if is_refused else "other-version",
            f"{reading.written} is {'refused by' if is_refused else 'not known of'}"
            f" {case.version_words.rstrip(',')}.",
            _versions_advice(spec, case.table),
        )
    if spec.drifts:
        yield reading.found("not-reproducible", spec.drifts, "Write --v 8.2.")
    if spec.note:
        yield reading.found("new-parameter", spec.note)
    if spec.needs and not _has(spec.needs, case):
        yield reading.found(*_missing_of(reading, spec))
    yield from _habits(reading, case)


def _versions_advice(spec: ParameterSpec, table: ParameterTable) -> str:
    takes = [version for version in table.versions if version in spec.versions]
    newest = next((one for one in reversed(takes) if not one.startswith(("niji", "test"))), "")
    return f"Version {newest} knows it: --v {newest}." if newest else ""


def _has(needed: str, case: _Case) -> bool:
    if needed == "image prompt":
        return bool(case.prompt.images or case.place.images)
    return needed in case.there or (needed == "video" and case.place.is_film)


def _missing_of(reading: Reading, spec: ParameterSpec) -> tuple[str, str, str]:
    what = "a picture in front" if spec.needs == "image prompt" else f"--{spec.needs}"
    return (
        "missing-reference",
        f"{reading.written} means nothing without {what}.",
        spec.instead if spec.needs == "video" else "",
    )


def _habits(reading: Reading, case: _Case) -> Iterator[Found]:
    """Find what is written rightly, and means something else than people think."""
    name, value = reading.spec.name, reading.value
    words = value.split()
    if name == "style" and value == "raw":
        yield reading.found("style-raw", "--style raw is --raw today.", "Write --raw.")
    elif name == "profile" and (not words or any(word[:1] in "pm" for word in words)):
        yield reading.found(
            "moving-target", "A profile changes with time; its code does not.", "Write the code."
        )
    elif name == "sref" and "random" in value.lower().split():
        yield reading.found("moving-target", "A random style is another one each time.")
    elif name == "exp" and words[:1] and words[0].isdecimal() and int(words[0]) > 25:
        if {"stylize", "profile"} & set(case.there):
            yield reading.found("strong-exp", "--exp over 25 outweighs --s and --p.")
    elif name == "weird" and value.isdecimal() and value in {"256", "512", "768", "1024", "2048"}:
        yield reading.found(
            "width-trap", "--w is how weird it gets, and no width.", "The shape is --ar."
        )
    elif name == "repeat":
        yield _repeated(reading, case.place)


def _repeated(reading: Reading, place: Place) -> Found:
    if place.is_film or place.is_window:
        lost = "A proxy loses the further jobs of --repeat, and they are paid."
        return reading.found("repeat-lost", lost, "Leave it out, and ask again.")
    return reading.found(
        "repeat-lost", "Each of the jobs of --repeat is asked for by itself, and paid."
    )


def _conflicts(case: _Case) -> Iterator[Found]:
    for conflict in case.table.conflicts:
        pair = [_conflicting(term, case) for term in conflict.of]
        if all(pair):
            first, second = (one for one in pair if one)
            later = max(first, second, key=lambda one: one.start)
            names = [f"--{one.parameter.name}" for one in (first, second)]
            value = next((term.partition("=")[2] for term in conflict.of if "=" in term), "")
            second_name = f"{names[1]} {value}…".replace("4…", "4") if value else names[1]
            yield Found(
                conflict.rule,
                f"{names[0]} and {second_name} don't go together.",
                "Leave one out.",
                later.start,
                later.end,
            )


def _conflicting(term: str, case: _Case) -> Written | None:
    name, _, value = term.partition("=")
    written = case.there.get(name)
    if written is None or not value:
        return written
    words = written.parameter.value.split()
    is_one = any(word.startswith(value) if name == "profile" else word == value for word in words)
    return written if is_one else None


def _film(case: _Case) -> Iterator[Found]:
    video = case.there.get("video")
    if video is None:
        return
    if not (case.prompt.images or case.place.images):
        yield Found(
            "video-picture",
            "--video needs the address of its first picture in front.",
            "Films are made by mj.video(…).",
            video.start,
            video.end,
        )
    for name, one in case.there.items():
        if name not in case.table.with_video and case.table.spec(name) is not None:
            yield Found(
                "video-ignores",
                f"--video does not read --{one.parameter.name}.",
                "Leave it out.",
                one.start,
                one.end,
            )


def _weights(case: _Case) -> Iterator[Found]:
    text = case.prompt.text
    if not has_weights(text):
        return
    reads = case.version in case.table.weights
    if case.version and not reads:
        yield Found(
            "weights-unread",
            f"Weights (::) are not read by {case.version_words.rstrip(',')}.",
            "Version 6.1 reads them: --v 6.1.",
        )
    total = sum(part.weight for part in weighted_parts(text))
    if total <= 0 and reads:
        yield Found(
            "weights-sum", f"The weights add up to {total:g}.", "Their sum must be above 0."
        )


def _addresses(case: _Case) -> Iterator[Found]:
    texts = [*case.prompt.images, *(one.parameter.value for one in case.written)]
    for address in (found[0] for text in texts for found in ADDRESS.finditer(text)):
        host = address.partition("://")[2].partition("/")[0].lower()
        if host in CDN_HOSTS and "discord" in host:
            yield Found(
                "expiring-address",
                "An address of Discord's expires within a day.",
                "Hand the picture over anew with mj.upload(…).",
            )
            return


def _pinned(case: _Case) -> Iterator[Found]:
    place = case.place
    if case.is_stated or place.default_version or place.is_film or place.is_window:
        return
    if case.prompt.value("version") is not None or case.prompt.value("niji") is not None:
        return
    written = f"--niji {case.table.default_niji}" if place.is_niji else f"--v {case.version}"
    yield Found(
        "no-version",
        "No version is written, and the usual one changes without notice.",
        f"To get the same next month, write {written}.",
    )


_CHECKS: tuple[Callable[[_Case], Iterator[Found]], ...] = (
    _empty,
    _front,
    _pasted,
    _parameters,
    _conflicts,
    _film,
    _weights,
    _addresses,
    _pinned,
)
