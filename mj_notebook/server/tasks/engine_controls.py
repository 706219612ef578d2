"""What the parameters of a prompt mean to an engine, and which mean nothing to it."""

from mj_notebook.prompt.parameters import long_name
from mj_notebook.prompt.parse import Prompt
from mj_notebook.server.backends.backend import PARAMETERS_OF_SERVERS, Capabilities, Controls

# The bot's usual values: with them an engine draws as it does by itself.
_USUAL_STYLIZE, _MOST_STYLIZE = 100.0, 1000.0
# Guidance at --stylize 0 and 1000: the more style, the less literally the words are taken. The
# exponent puts the usual value at 7, where most engines have it.
_LITERAL, _FREE, _BEND = 10.0, 3.0, 0.37
_MOST_IMAGE_WEIGHT = 3.0


def controls_of(prompt: Prompt) -> Controls:
    """Return how an engine is to draw *prompt*."""
    stylize = _number(prompt, "stylize", _USUAL_STYLIZE)
    return Controls(
        negative=prompt.value("no") or "",
        chaos=min(1.0, _number(prompt, "chaos", 0.0) / 100),
        guidance=None if prompt.value("stylize") is None else _guidance(stylize),
        steps=None if prompt.value("quality") is None else _number(prompt, "quality", 1.0),
        image_weight=0.1 + 0.2 * min(_MOST_IMAGE_WEIGHT, _number(prompt, "iw", 1.0)),
    )


def without_effect(prompt: Prompt, can: Capabilities) -> tuple[str, ...]:
    """Return the long names of the parameters in *prompt* that change nothing with this engine."""
    known = can.parameters | PARAMETERS_OF_SERVERS
    names = (long_name(parameter.name) for parameter in prompt.parameters)
    return tuple(dict.fromkeys(name for name in names if name not in known))


def _guidance(stylize: float) -> float:
    share = min(1.0, stylize / _MOST_STYLIZE)
    return round(_LITERAL - (_LITERAL - _FREE) * float(share**_BEND), 2)


def _number(prompt: Prompt, name: str, usual: float) -> float:
    """Return the value of a parameter; what is no number is as if it were not there."""
    try:
        value = float(prompt.value(name) or "")
    except ValueError:
        return usual
    return value if 0 <= value < 1e6 else usual
