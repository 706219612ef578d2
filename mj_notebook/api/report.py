"""What a maintainer needs to know of an installation, without what is nobody's business but yours.

`report_text` is pure. Versions, findings of the doctor and settings stand as they are; of failures
only their time, kind and known cause; of what servers answered the shapes, with no value in them.
"""

import dataclasses
import json
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mj_notebook.api.doctor import SET_OTHERWISE, Findings, format_results
from mj_notebook.api.opening import database_of
from mj_notebook.api.server_checks import CheckResult
from mj_notebook.api.state import settings_with_faults
from mj_notebook.errors import MJError, StoreError
from mj_notebook.language import gettext, translated
from mj_notebook.language.sentences import reason_of
from mj_notebook.protocol.outcomes import cause_of
from mj_notebook.protocol.vocabulary import Status, TaskAction
from mj_notebook.settings.paths import working_folder
from mj_notebook.settings.secret_scan import without_private
from mj_notebook.settings.settings import Settings, data_folder
from mj_notebook.store.history import Store
from mj_notebook.store.records import StoredTask

# Last errors are among the newest tasks, and a report must not read a history of a million.
_LOOKED_AT = 500
# Limits that keep a report readable by one person, and small enough for an issue.
_MOST_FAILURES = 20
_MOST_SHAPES = 12
_DEEPEST = 5
_MOST_KEYS = 80
# What a protocol calls its fields; anything else may be a value that stands where a key should.
_FIELD = re.compile(r"[A-Za-z][A-Za-z_]{0,31}\d?")
# A host with its port, wherever one stands; this machine's own say nothing of anybody.
_PORT = re.compile(
    r"(?<![\w.:-])(?!localhost:|127\.0\.0\.1:)"
    r"(?:[A-Za-z][\w-]*(?:\.[\w-]+)*|\d+\.\d+\.\d+\.\d+):\d{2,5}\b"
)
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_KNOWN_WORDS = frozenset({*map(str, Status), *map(str, TaskAction)})


class Known(NamedTuple):
    """
    What a report is made from.

    Attributes:
        findings: What the doctor found.
        tasks: The newest tasks of history, the newest first.
    """

    findings: Sequence[CheckResult]
    settings: Settings
    tasks: Sequence[StoredTask]
    home: Path
    at: datetime


def write_report(path: Path, checks: Iterable[CheckResult]) -> Findings:
    """
    Write what a maintainer needs into a new file; nothing is sent anywhere.

    Raises:
        StoreError: The file is there already, or can't be written.
    """
    settings, _ = settings_with_faults()
    findings = Findings(checks)
    known = Known(findings, settings, _newest(settings), Path.home(), datetime.now(UTC))
    try:
        # Never over a file: the name may be one of the person's own.
        with path.open("x", encoding="utf-8") as file:
            file.write(report_text(known))
    except FileExistsError:
        raise StoreError(
            translated("{path} is there already.", path=path),
            hint=translated("Name another file, or remove that one."),
        ) from None
    except OSError as error:
        reason = reason_of(error)
        raise StoreError(
            translated("{path} can't be written: {reason}.", path=path, reason=reason),
            hint=translated("Name a file in a folder of yours."),
        ) from None
    told = "Nothing was sent; look through it before you hand it on"
    return Findings((*findings, CheckResult(True, f"A report is in {path.name}", told)))


def _newest(settings: Settings) -> list[StoredTask]:
    # A history that can't be read is one of the findings; the report is needed all the more.
    folder = data_folder(settings, here=working_folder)
    with suppress(MJError), Store(folder, address=database_of(settings)) as store:
        return store.latest(_LOOKED_AT)
    return []


def report_text(known: Known) -> str:
    """Return the report as Markdown."""
    parts = {
        "Where it runs": [
            f"{platform.system()} {platform.release()}, {platform.machine()}",
            f"{platform.python_implementation()} {platform.python_version()}",
        ],
        "What the doctor found": list(format_results(_without_values(known.findings))),
        "What is set": list(_settings(known.settings)),
        f"Failures among the last {len(known.tasks)} tasks": list(_failures(known.tasks)),
        "What servers answered, without its values": list(_shapes(known.tasks)),
    }
    lines = [f"# mj_notebook: a report of {known.at:%Y-%m-%d %H:%M} UTC", ""]
    for head, told in parts.items():
        lines += [f"## {head}", "", "```", *(_private(known, told or ["nothing"])), "```", ""]
    return "\n".join(lines)


def _without_values(findings: Iterable[CheckResult]) -> Iterator[CheckResult]:
    set_otherwise = gettext(SET_OTHERWISE)
    return (finding for finding in findings if not finding.what.startswith(set_otherwise))


def _settings(settings: Settings) -> Iterator[str]:
    """Tell what is set otherwise than usual: numbers and words of the protocol, else the name."""
    usual = Settings()
    for field in dataclasses.fields(Settings):
        value = getattr(settings, field.name)
        if value != getattr(usual, field.name):
            # Free texts are only named: an address, a folder or a name may stand in any of them.
            is_plain = isinstance(value, bool | int | float | StrEnum)
            yield f"{field.name} = {value}" if is_plain else f"{field.name} is set"


def _failures(tasks: Iterable[StoredTask]) -> Iterator[str]:
    failed = [one for one in tasks if one.task.status == Status.FAILURE or one.task.fail_reason]
    for stored in failed[:_MOST_FAILURES]:
        cause = cause_of(stored.task.fail_reason or "")
        # Words that are not known may quote the prompt.
        why = cause.name if cause else f"unknown words, {len(stored.task.fail_reason or '')} signs"
        at = datetime.fromtimestamp(stored.asked_at, UTC) if stored.asked_at else None
        when = f"{at:%Y-%m-%d %H:%M}" if at else "at an unknown time"
        yield f"{when}  {_word(stored.task.action)}  {_word(stored.task.status)}  {why}"


def _shapes(tasks: Iterable[StoredTask]) -> Iterator[str]:
    """Return each shape once, with how many of the tasks have it."""
    counts: dict[str, int] = {}
    for stored in tasks:
        with suppress(ValueError):
            shown = json.dumps(shape_of(json.loads(bytes(stored.task.reply))), ensure_ascii=True)
            counts[shown] = counts.get(shown, 0) + 1
    by_count = sorted(counts.items(), key=lambda item: -item[1])
    yield from (f"{count} x {shape}" for shape, count in by_count[:_MOST_SHAPES])


def shape_of(value: Any, depth: int = 0) -> Any:
    """
    Return what *value* is made of: names of fields, kinds of values, and no value itself.

    Example: ``{"id": "17", "status": "SUCCESS"}`` becomes ``{"id": "digits", "status":
    "SUCCESS"}``; words of the protocol are no secret.
    """
    if isinstance(value, dict):
        # A server may nest as deep as it likes; deeper shapes tell a maintainer nothing more.
        if depth == _DEEPEST:
            return "object"
        named = [key for key in list(value)[:_MOST_KEYS] if _FIELD.fullmatch(key)]
        shaped = {key: shape_of(value[key], depth + 1) for key in sorted(named)}
        others = len(value) - len(named)
        return {**shaped, **({"other keys": others} if others else {})}
    if isinstance(value, list):
        if depth == _DEEPEST:
            return "list"
        # Twenty buttons have one shape: it is told once.
        kinds = {json.dumps(one): one for one in (shape_of(each, depth + 1) for each in value[:20])}
        return list(kinds.values())
    return _kind(value)


def _kind(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        return "yes or no" if isinstance(value, bool) else "number"
    # Whether a field is empty or absent is what clients trip over.
    if not value or value in _KNOWN_WORDS:
        return value
    is_number = value.isascii() and value.isdecimal()
    return "digits" if is_number else "address" if re.match(r"https?://", value) else "text"


def _word(text: str | None) -> str:
    """Return a word of the protocol; what a server made up stays with it."""
    return text if text in _KNOWN_WORDS else "(another word)" if text else "(none)"


def _private(known: Known, lines: Iterable[str]) -> Iterator[str]:
    """Take out what is private, whatever it got in by."""
    hosts = list(_hosts(known.settings))
    for line in lines:
        # A fence in a line would end the block, and what follows would be read as markup.
        text = line.replace("```", "'''")
        for secret in known.settings.secrets:
            text = secret.hide_in_words(text)
        for host in hosts:
            text = text.replace(host, "(your server)")
        yield without_private(_PORT.sub("(a server)", text), home=str(known.home))


def _hosts(settings: Settings) -> Iterator[str]:
    """Yield the names of servers that are nobody else's business; this machine is everybody's."""
    addresses = [settings.base_url, settings.backend_url, settings.callback_url]
    addresses += [secret.host for secret in settings.secrets]
    addresses += [settings.pictures, settings.image_base, *settings.image_hosts]
    if settings.database is not None:
        addresses.append(settings.database.url)
    for url in filter(None, addresses):
        parts = urlsplit(url if "//" in url else f"//{url}")
        if (host := parts.hostname) and host not in _HERE:
            # With port and person first: else these would stay behind.
            yield from (parts.netloc, f"{parts.username}@{host}", host)
