"""Which button a person means: by label, emoji, spoken name, our word for it, or customId."""

from collections.abc import Sequence

from mj_notebook.errors import UsageError
from mj_notebook.protocol.buttons import caption, find, spoken
from mj_notebook.protocol.models import Button


def choose(buttons: Sequence[Button], name: str, *, is_open: bool) -> Button:
    """
    Return the one of *buttons* that is called *name*.

    Raises:
        UsageError: None is, or several are; the sentence lists what can be said.
    """
    wanted = name.strip().lower()
    meant = [button for button in buttons if wanted in _names(button)]
    if len({button.custom_id for button in meant}) > 1:
        which = ", ".join(map(caption, meant))
        raise UsageError(f"{name!r} could mean several buttons.", hint=f"Say which: {which}.")
    if meant:
        return meant[0]
    offered = ", ".join(map(caption, buttons))
    if not offered:
        state = "is not finished" if is_open else "offers no buttons"
        raise UsageError(f"There is no button {name!r}: the task {state}.")
    raise UsageError(f"There is no button {name!r}.", hint=f"This task offers: {offered}.")


def _names(button: Button) -> set[str]:
    """Return all the ways to call *button*, in lower case."""
    names = {button.custom_id, button.label, button.emoji, caption(button), spoken(button)}
    press = find(button.custom_id)
    if press:
        key, number = press.kind.key, press.number
        # Without its number "upscale" would silently mean the first of four.
        names |= {f"{key}_{number}", f"{key} {number}"} if "{i}" in press.kind.pattern else {key}
    return {name.strip().lower() for name in names if name.strip()}
