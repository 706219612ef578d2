"""
Faults on demand: what can go wrong, as a table, and the small grammar that asks for it.

A fault is written ``NAME[=VALUE][@ROUTE][ xN| N%]``: ``fail=46:no luck@imagine x2``. Reading it is
pure; `http.fault_injection` makes it happen to requests, and what happens to a task is written to
the journal.
"""

import re
import textwrap
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import msgspec

from mj_notebook.errors import UsageError
from mj_notebook.protocol.routes import ROUTE, Route
from mj_notebook.server.spoiled_answers import SPOILED_ANSWERS

FAULT_HEADER = "mj-fault"

_SPEC = re.compile(
    r"(?P<name>[a-z-]+)(?:=(?P<value>.*?))?(?:@(?P<route>[\w-]+))?"
    r"(?:\s+(?:x(?P<times>\d{1,6})|(?P<chance>\d{1,3})%))?",
    re.DOTALL,
)
_VALUE = re.compile(r"(?P<number>\d{1,6}(?:\.\d{1,3})?)(?::(?P<words>.*))?", re.DOTALL)
# No brackets inside: a prompt may hold others of its own.
_MARKER = re.compile(rf"\s*\[{FAULT_HEADER}:(?P<spec>[^\[\]]*)\]\s*")
_GRAMMAR = "NAME[=VALUE][@ROUTE][ xN| N%]"


class Reach(Enum):
    """What a fault happens to."""

    REQUEST = "request"
    SUBMIT = "submit"
    TASK = "task"


class FaultKind(msgspec.Struct, frozen=True, kw_only=True):
    """
    One row of the table in `faults.json`.

    Attributes:
        form: How its value is written; "" when it has none.
        about: What happens, in one line.
        number: What its number is when none is given; None for a fault without a number.
        words: The same of its words.
        range: Of the number. Ten minutes outlast every client's patience; more would only leak
            connections.
    """

    name: str
    form: str = ""
    about: str
    reach: Reach
    number: float | None = None
    words: str | None = None
    range: tuple[float, float] = (0, 0)


FAULTS = msgspec.json.decode(
    Path(__file__).with_suffix(".json").read_bytes(), type=tuple[FaultKind, ...]
)
KINDS = {kind.name: kind for kind in FAULTS}


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One fault that was asked for.

    Attributes:
        route: Where it happens, by the name in `ROUTES`; "" for wherever its kind can.
        times: How often; None for always.
        chance: How likely, in percent.
    """

    kind: FaultKind
    number: float = 0
    words: str = ""
    route: str = ""
    times: int | None = None
    chance: int = 100

    @property
    def name(self) -> str:
        """The name of its kind."""
        return self.kind.name

    @property
    def spec(self) -> str:
        """What happens, written so that it is read as the same; not where and how often."""
        # Written so that `read_fault` returns the same: this is what the journal keeps.
        parts = [f"{self.number:g}"] if self.kind.number is not None else []
        if self.kind.words is not None:
            parts.append(self.words)
        return f"{self.name}={':'.join(parts)}" if parts else self.name

    def happens_at(self, route: Route) -> bool:
        """Tell whether it is meant for *route*; health always answers truly."""
        if self.kind.reach is not Reach.REQUEST and route.request is None:
            return False
        return route.name != "health" and self.route in {"", route.name}


def read_fault(spec: str) -> Fault:
    """Read one fault."""
    found = _SPEC.fullmatch(spec.strip())
    kind = KINDS.get(found["name"]) if found else None
    if found is None or kind is None:
        names = ", ".join(KINDS)
        raise UsageError(
            f"{spec!r} is no fault; one is written {_GRAMMAR}.", hint=f"NAMEs: {names}."
        )
    number, words = _value(kind, found["value"])
    chance = int(found["chance"] or 100)
    if chance > 100:
        raise UsageError(f"{chance}% in {spec!r} is more than always.")
    return Fault(
        kind,
        number,
        words,
        _route(kind, found["route"] or ""),
        int(found["times"]) if found["times"] else None,
        chance,
    )


def _value(kind: FaultKind, value: str | None) -> tuple[float, str]:
    # A fault without a value has the table's defaults.
    number, words = kind.number, kind.words
    if value is None:
        return number or 0, words or ""
    wrong = UsageError(
        f"{value!r} is no value of the fault {kind.name}.",
        hint=f"Write {kind.name}={kind.form}." if kind.form else f"Write {kind.name} alone.",
    )
    # A fault with words alone takes all of its value as words, colons included.
    if number is None:
        if words is None or not value:
            raise wrong
        if kind.name == "spoil" and value not in SPOILED_ANSWERS:
            raise wrong
        return 0, value
    found = _VALUE.fullmatch(value)
    low, high = kind.range
    if found is None or not low <= float(found["number"]) <= high:
        raise wrong
    if found["words"] is not None and (words is None or not found["words"]):
        raise wrong
    text = found["words"] or words or ""
    if kind.form.endswith("[:SECONDS]") and not text.isdecimal():
        raise wrong
    return float(found["number"]), text


def _route(kind: FaultKind, name: str) -> str:
    # People write "list-by-ids", as the address has it.
    route = ROUTE.get(name.replace("-", "_"))
    if not name:
        return ""
    if route is None:
        raise UsageError(f"There is no route {name!r}.", hint=f"Routes: {', '.join(ROUTE)}.")
    if kind.reach is not Reach.REQUEST and route.request is None:
        raise UsageError(
            f"The fault {kind.name} happens to submits, and {name} is none.",
            hint="Leave out the route, or name one that submits.",
        )
    return route.name


def read_header(text: str) -> tuple[Fault, ...]:
    """Read the faults of one request's header, with ``;`` between them."""
    return tuple(_once(read_fault(spec)) for spec in text.split(";") if spec.strip())


def read_markers(prompt: str) -> tuple[str, tuple[Fault, ...]]:
    """Return *prompt* without its markers ``[mj-fault: SPEC]``, and the faults they ask for."""
    faults = tuple(_once(read_fault(found["spec"])) for found in _MARKER.finditer(prompt))
    return (_MARKER.sub(" ", prompt).strip(), faults) if faults else (prompt, ())


def _once(fault: Fault) -> Fault:
    # A request happens once; a count would have nothing to count.
    if fault.times is not None or fault.chance != 100:
        raise UsageError(
            f"The fault {fault.name} of one request happens to that request, once.",
            hint="Counts and chances belong to `serve --fault`.",
        )
    return fault


def read_recorded_faults(specs: Iterable[str]) -> tuple[Fault, ...]:
    """Read what stands in the journal; what only another version knows is passed over."""
    faults = []
    # A journal outlives versions: what this one doesn't know must not stop it from starting.
    for spec in specs:
        try:
            faults.append(read_fault(spec))
        except UsageError:
            continue
    return tuple(faults)


def fault_named(faults: Iterable[Fault], name: str) -> Fault | None:
    """Return the first of *faults* with this name."""
    return next((fault for fault in faults if fault.name == name), None)


def fault_table() -> str:
    """Return the table for people, a line a fault."""
    lines = [
        f"  {kind.name + ('=' + kind.form if kind.form else ''):<26} {kind.about}"
        for kind in FAULTS
    ]
    ways = textwrap.fill(", ".join(SPOILED_ANSWERS), 100, break_on_hyphens=False)
    return "\n".join([*lines, "", "the WAYs of spoil:", textwrap.indent(ways, "  ")])


PENDING_FAULTS: ContextVar[tuple[str, ...]] = ContextVar("PENDING_FAULTS", default=())
"""The faults, as specs, of the task that the present request is about to make."""
