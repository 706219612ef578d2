"""Lint: what is wrong, doubtful or worth knowing in a prompt, found before anything is sent."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mj_notebook.errors import PromptError
from mj_notebook.language import spelled
from mj_notebook.prompt.banned import banned_word
from mj_notebook.prompt.canonical import normalise, repair
from mj_notebook.prompt.findings import Finding, Found, told
from mj_notebook.prompt.lint_case import Case, Place, version_in_force
from mj_notebook.prompt.lint_parameters import check_conflicts, check_film, check_parameters
from mj_notebook.prompt.lint_words import (
    check_addresses,
    check_empty,
    check_front,
    check_pasted,
    check_pinned,
    check_weights,
)
from mj_notebook.prompt.own_patterns import last_begin
from mj_notebook.prompt.parse import Prompt, scan
from mj_notebook.prompt.permutations import count_permutations, expand_permutations
from mj_notebook.prompt.rules import RuleBook, Severity, shipped_rules
from mj_notebook.prompt.spelling import check_spelling

# Midjourney draws no more of one prompt.
_MOST_EXPANDED = 40
_ORDER = (Severity.ERROR, Severity.WARN, Severity.HINT)
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
    # What is looked at is what will be sent; places in findings count in that.
    repaired = repair(text)
    sent = repaired.text
    if parameters:
        sent = normalise(str(Prompt.parse(sent).with_(**parameters)))
    found = [Found("repaired", note) for note in repaired.notes]
    found += _found(sent, place, book)
    findings: dict[tuple[str, str], Finding] = {}
    for one in found:
        # A finding without a row in the book is told all the same.
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
            # Of many permutations most find the same, which is told once.
            findings.setdefault((one.rule, one.message), finding)
    ordered = sorted(findings.values(), key=lambda one: (_ORDER.index(one.severity), one.start))
    return Checked(sent, tuple(ordered))


def require_sound(checked: Checked, say: Callable[[str], str] = str) -> None:
    """
    Refuse a prompt with errors.

    Raises:
        PromptError: There are some; it has the place of the first, and all findings.
    """
    # All at once: who mends one and runs again would pay with time for each.
    errors = checked.errors
    if not errors:
        return
    first, others = errors[0], errors[1:]
    more = "".join(f" {say(one.message)}" for one in others)
    force = say(told("With {force} it is sent as it is.", force=spelled("--force", "force=True")))
    raise PromptError(
        f"{say(first.message)}{more}",
        hint=" ".join(filter(None, (*dict.fromkeys(say(one.advice) for one in errors), force))),
        prompt=checked.text,
        position=first.start,
        findings=checked.findings,
    )


def _found(text: str, place: Place, book: RuleBook) -> Iterator[Found]:
    try:
        count = count_permutations(text)
        # Bounded twice: the braces of a foreign text may stand for more prompts than memory has
        # room for.
        texts = expand_permutations(text)[:_MOST_EXPANDED] if 1 < count <= 1000 else [text]
    except PromptError as error:
        position = error.position
        yield Found(
            "unbalanced-braces",
            error.args[0],
            error.hint,
            position,
            min(position + 1, len(text)),
        )
        count, texts = 1, [text]
    if count > 1:
        start, end = text.index("{"), text.rindex("}") + 1
        yield Found(
            "permutations",
            told(
                "The braces stand for {count} prompts; each is drawn and paid.", count=f"{count:,}"
            ),
            "",
            start,
            end,
        )
    for one in texts:
        for found in _found_in_one(one, place, book):
            # The person sees the braces, not what they stand for.
            yield found if one == text else _placed(found, one, text)
    yield from _found_by_own(text, book)


def _found_by_own(text: str, book: RuleBook) -> Iterator[Found]:
    until = last_begin()
    for rule in book.own:
        if book.severities[rule.name] is Severity.OFF:
            continue  # it would take the time of the others
        try:
            match = rule.pattern.search(text, until)
        # As severe as what it looks for: that may stand there.
        except TimeoutError:
            said = told(
                "Whether your rule {name} finds something here is not known: looking took too "
                "long.",
                name=repr(rule.name),
            )
            mend = told("Shorten the prompt, or write fewer *, + and ? in your patterns.")
            yield Found(rule.name, said, mend)
            continue
        if match:
            yield Found(rule.name, rule.message, rule.advice, *match.span())


def _placed(found: Found, one: str, text: str) -> Found:
    """Look where *found*, of the expanded prompt *one*, stands in *text*; else it is of all."""
    words = one[found.start : found.end].strip()
    start = text.find(words) if words else -1
    return found._replace(start=max(start, 0), end=start + len(words) if start >= 0 else 0)


# -- one prompt ------------------------------------------------------------------------------------


def _found_in_one(text: str, place: Place, book: RuleBook) -> Iterator[Found]:
    table = book.table
    # First, and out of the way: what was meant as a parameter would be taken for words below.
    misspelt = check_spelling(text, table)
    yield from misspelt.found
    written = scan(misspelt.rest)
    there = {table.long_name(one.parameter.name): one for one in written}
    prompt = Prompt.parse(misspelt.rest)
    version, is_stated = version_in_force(prompt, place, table)
    case = Case(misspelt.rest, prompt, written, there, version, is_stated, place, table)
    # A prompt that is one misspelt parameter has no words, which was told already.
    is_readable = not misspelt.found
    for check in _CHECKS:
        if check is not check_empty or is_readable:
            yield from check(case)
    if word := banned_word(misspelt.rest):
        start = misspelt.rest.index(word)
        yield Found(
            "banned-word",
            told("Servers may refuse the word “{word}”.", word=word),
            "",
            start,
            start + len(word),
        )


_CHECKS: tuple[Callable[[Case], Iterator[Found]], ...] = (
    check_empty,
    check_front,
    check_pasted,
    check_parameters,
    check_conflicts,
    check_film,
    check_weights,
    check_addresses,
    check_pinned,
)
