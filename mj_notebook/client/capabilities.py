"""What is learned of a server while it is asked: that it is one, and what it does not offer.

Nothing tells what a server of the family offers (protocol/README.md §1.1) but asking for it. A
request for what it lacks ends like one with a wrong base URL, so a server that has not answered yet
is asked something harmless first, before it is called no proxy.
"""

from collections.abc import Mapping

from mj_notebook.errors import Unsupported
from mj_notebook.protocol.buttons import parse_custom_id
from mj_notebook.protocol.causes import CAUSE
from mj_notebook.protocol.routes import ROUTE, mode_words

MISSING = CAUSE["no-endpoint"].name
"""The cause of an error where nothing is at an address."""
# Without these nothing works: where they are not found, the address is wrong.
_CORE = frozenset({"imagine", "fetch"})


class Capabilities:
    """
    What was learned of one server; its clients in this kernel share it, from any thread.

    Attributes:
        is_proxy: Whether it has answered as proxies do.
        missing: The names of the routes that it hasn't got.
        missing_prefixes: The prefixes of paths that it doesn't know, such as "/mj-turbo".
        refused_buttons: The kinds of buttons that it doesn't take, each with its own words.
    """

    def __init__(self) -> None:
        self.is_proxy = False
        self.missing: frozenset[str] = frozenset()
        self.missing_prefixes: frozenset[str] = frozenset()
        self.refused_buttons: Mapping[str, str] = {}
        self._prefixes: frozenset[str] = frozenset({""})

    def note_answer(self, route: str, prefix: str) -> None:
        """Note that *route* was answered below *prefix*, whatever was thought of it before."""
        self.is_proxy = True
        if route in self.missing:
            self.missing -= {route}
        if prefix not in self._prefixes or prefix in self.missing_prefixes:
            self._prefixes |= {prefix}
            self.missing_prefixes -= {prefix}

    def note_missing(self, route: str, prefix: str, alias: str) -> Unsupported | None:
        """
        Note that there is no *route* below *prefix*, and return the error that says so.

        None where nothing works without the route: then the address is wrong, or its server away.
        """
        if prefix not in self._prefixes:
            self.missing_prefixes |= {prefix}
            words = mode_words(prefix)
            return _unsupported(
                f"{alias} does not know {words}.",
                "Leave it out: without --mode, or mj.configure(mode=None, image_mode=None).",
            )
        if route in _CORE:
            return None
        self.missing |= {route}
        return _unsupported(
            f"{alias} does not offer {ROUTE[route].noun}.",
            "What else was asked is answered, so the base URL is right; panels leave it out now.",
        )

    def note_refused_button(self, custom_id: str, reason: str) -> None:
        """Note that a button was refused, in words that hold for all of its kind."""
        self.refused_buttons = {**self.refused_buttons, _kind(custom_id): reason}

    def refusal_of(self, custom_id: str) -> str:
        """Return why a button of this kind would be refused; "" as far as is known."""
        return self.refused_buttons.get(_kind(custom_id), "") if self.refused_buttons else ""


def _kind(custom_id: str) -> str:
    """Return what all buttons of one kind have in common; an unknown one stands for itself."""
    press = parse_custom_id(custom_id)
    return press.kind.key if press else custom_id


def _unsupported(what: str, hint: str) -> Unsupported:
    error = Unsupported(what, hint=hint, status=404)
    error.cause = MISSING
    return error
