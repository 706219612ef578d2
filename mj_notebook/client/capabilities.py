"""What is learned of a server while it is asked: what it does not offer.

Nothing tells what a server of the family offers (protocol/README.md §1.1) but asking for it. A
request for what it lacks ends like one with a wrong base URL, or like one to a server that is being
restarted, so it is asked something harmless before anything is learned. What was learned is taken
back by the first answer that shows otherwise.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple, Protocol

from mj_notebook.errors import Unsupported
from mj_notebook.language import spelled, translated
from mj_notebook.protocol.buttons import parse_custom_id
from mj_notebook.protocol.causes import CAUSE
from mj_notebook.protocol.routes import ROUTE, mode_words

MISSING = CAUSE["no-endpoint"].name
"""The cause of an error where nothing is at an address."""
# Without these nothing works: where they are not found, the address is wrong.
_CORE = frozenset({"imagine", "fetch"})


class GapKind(StrEnum):
    """What a server may lack."""

    ENDPOINT = "endpoint"
    PREFIX = "prefix"
    BUTTON = "button"


class Gap(NamedTuple):
    """
    One thing that a server does not offer.

    Attributes:
        name: Of the route; the prefix of paths, such as "/mj-turbo"; or the kind of button.
        why: The server's own words, of a button.
    """

    kind: GapKind
    name: str
    why: str = ""

    @property
    def words(self) -> str:
        """What it is called to people."""
        if self.kind is GapKind.ENDPOINT:
            return ROUTE[self.name].noun
        return mode_words(self.name) if self.kind is GapKind.PREFIX else f"the button {self.name}"


class GapMemory(Protocol):
    """Where what is learned outlives this kernel."""

    def gaps(self) -> Iterable[Gap]:
        """Return what was learned before."""

    def add(self, gap: Gap) -> None:
        """Keep *gap*."""

    def remove(self, gap: Gap) -> None:
        """Let go of *gap*."""


class Capabilities:
    """
    What was learned of one server; its clients in this kernel share it, from any thread.

    Attributes:
        missing: The names of the routes that it hasn't got.
        missing_prefixes: The prefixes of paths that it doesn't know, such as "/mj-turbo".
        refused_buttons: The kinds of buttons that it doesn't take, each with its own words.
        is_gateway: Whether its last answer was signed by a gateway.
    """

    def __init__(self) -> None:
        self.missing: frozenset[str] = frozenset()
        self.missing_prefixes: frozenset[str] = frozenset()
        self.refused_buttons: Mapping[str, str] = {}
        self.is_gateway = False
        # No prefix is the server itself: if that leads nowhere, the address is wrong.
        self._prefixes: frozenset[str] = frozenset({""})
        self._memories: tuple[GapMemory, ...] = ()

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """All that it does not offer, as far as was tried."""
        return (
            *(Gap(GapKind.ENDPOINT, name) for name in sorted(self.missing)),
            *(Gap(GapKind.PREFIX, prefix) for prefix in sorted(self.missing_prefixes)),
            *(Gap(GapKind.BUTTON, kind, why) for kind, why in self.refused_buttons.items()),
        )

    def remember(self, memory: GapMemory) -> Callable[[], None]:
        """
        Know what *memory* holds, and keep there what is learned from now on.

        Returns:
            What ends that.
        """
        self._memories += (memory,)
        # Known, not learned: it must not be written back to where it came from.
        for gap in memory.gaps():
            self._know(gap)

        def forget() -> None:
            self._memories = tuple(one for one in self._memories if one is not memory)

        return forget

    def knows_missing(self, route: str, prefix: str) -> bool:
        """Tell whether it was learned already that there is no *route* below *prefix*."""
        return route in self.missing or prefix in self.missing_prefixes

    def note_answer(self, route: str, prefix: str) -> None:
        """Note that *route* was answered below *prefix*, whatever was thought of it before."""
        # An answer is worth more than what was thought: servers are updated.
        if route in self.missing:
            self.take_back(Gap(GapKind.ENDPOINT, route))
        self.note_prefix(prefix)

    def knows_prefix(self, prefix: str) -> bool:
        """Tell whether it was learned that something is below *prefix*, or that nothing is."""
        return prefix in self._prefixes or prefix in self.missing_prefixes

    def note_prefix(self, prefix: str) -> None:
        """Note that *prefix* leads somewhere, whatever was thought of it before."""
        if prefix not in self._prefixes:
            self._prefixes |= {prefix}
        if prefix in self.missing_prefixes:
            self.take_back(Gap(GapKind.PREFIX, prefix))

    def note_missing(self, route: str, prefix: str, alias: str) -> Unsupported | None:
        """
        Note that there is no *route* below *prefix*, and return the error that says so.

        None where nothing works without the route: then the address is wrong, or its server away.
        """
        # First the prefix: where that is unknown, every route below it seems to be missing.
        if prefix not in self._prefixes:
            self._learn(Gap(GapKind.PREFIX, prefix))
            words = mode_words(prefix)
            return _unsupported(
                translated("{alias} does not know {words}.", alias=alias, words=words),
                translated(
                    "Leave it out: without {way}, or mj.configure(mode=None, image_mode=None).",
                    way=spelled("--mode", "mode=…"),
                ),
            )
        if route in _CORE:
            return None
        self._learn(Gap(GapKind.ENDPOINT, route))
        return _unsupported(
            translated("{alias} does not offer {noun}.", alias=alias, noun=ROUTE[route].noun),
            translated(
                "What else was asked is answered, so the base URL is right; panels leave it out,"
                " until mj.doctor() finds that it is there."
            ),
        )

    def note_refused_button(self, custom_id: str, reason: str) -> None:
        """Note that a button was refused, in words that hold for all of its kind."""
        self._learn(Gap(GapKind.BUTTON, _kind(custom_id), reason))

    def note_taken_button(self, custom_id: str) -> None:
        """Note that a button was taken, whatever was thought of its kind before."""
        if self.refused_buttons and (kind := _kind(custom_id)) in self.refused_buttons:
            self.take_back(Gap(GapKind.BUTTON, kind))

    def refusal_of(self, custom_id: str) -> str:
        """Return why a button of this kind would be refused; "" as far as is known."""
        return self.refused_buttons.get(_kind(custom_id), "") if self.refused_buttons else ""

    def take_back(self, gap: Gap) -> None:
        """Know no more that *gap* is one."""
        if gap.kind is GapKind.ENDPOINT:
            self.missing -= {gap.name}
        elif gap.kind is GapKind.PREFIX:
            self.missing_prefixes -= {gap.name}
        else:
            left = {kind: why for kind, why in self.refused_buttons.items() if kind != gap.name}
            self.refused_buttons = left
        for memory in self._memories:
            memory.remove(gap)

    def _learn(self, gap: Gap) -> None:
        self._know(gap)
        for memory in self._memories:
            memory.add(gap)

    def _know(self, gap: Gap) -> None:
        if gap.kind is GapKind.ENDPOINT and gap.name in ROUTE:
            # A new set each time: whoever reads it on another thread has a whole one, without a
            # lock.
            self.missing |= {gap.name}
        elif gap.kind is GapKind.PREFIX:
            self.missing_prefixes |= {gap.name}
        elif gap.kind is GapKind.BUTTON:
            self.refused_buttons = {**self.refused_buttons, gap.name: gap.why}


def _kind(custom_id: str) -> str:
    """Return what all buttons of one kind have in common; an unknown one stands for itself."""
    press = parse_custom_id(custom_id)
    # By kind, as the customId has the picture's own hash in it.
    return press.kind.key if press else custom_id


def _unsupported(what: str, hint: str) -> Unsupported:
    error = Unsupported(what, hint=hint, status=404)
    error.cause = MISSING
    return error
