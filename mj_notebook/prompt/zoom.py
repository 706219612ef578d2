"""The answer to the window of a Custom Zoom: the prompt with its ``--zoom``."""

import math
import re
from dataclasses import replace

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.prompt.parameters import long_name
from mj_notebook.prompt.parse import Parameter, Prompt

LEAST_ZOOM, MOST_ZOOM = 1, 2
"""What the window takes, as Midjourney documents it; 1 changes only the shape of the picture."""

_RATIO = re.compile(r"\s*0*([1-9]\d{0,4})\s*[:：]\s*0*([1-9]\d{0,4})\s*", re.ASCII)


def with_zoom(prompt: str, zoom: float | str, ar: str | None = None) -> str:
    """
    Return *prompt* with ``--zoom``, and with ``--ar`` when *ar* is given, in place of what it had.

    Args:
        prompt: The whole prompt with its parameters.
        zoom: How many times as much should be seen: 1 to 2.
        ar: Another shape, such as "16:9".

    Raises:
        UsageError: *zoom* or *ar* is nothing the window takes; nothing was sent.
    """
    added = [Parameter("zoom", f"{_zoom(zoom):.12g}")]
    if ar is not None:
        added.insert(0, Parameter("ar", _ratio(ar)))
    # By long names: --ar replaces an --aspect.
    replaced = {long_name(parameter.name) for parameter in added}
    parsed = Prompt.parse(prompt)
    kept = [each for each in parsed.parameters if long_name(each.name) not in replaced]
    return str(replace(parsed, parameters=(*kept, *added)))


def zoom_of(prompt: str) -> float | None:
    """Return the ``--zoom`` of *prompt*, NaN for one that is no number, None without one."""
    given = Prompt.parse(prompt).value("zoom")
    try:
        return None if given is None else float(given)
    except ValueError:
        # Not None: there is one, and the form must show that it is none it can take.
        return math.nan


def ratio_of(prompt: str) -> str:
    """Return the ``--ar`` of *prompt*, "" without one."""
    return (Prompt.parse(prompt).value(long_name("ar")) or "").strip()


def with_ratio(prompt: str, ratio: str) -> str:
    """Return *prompt* with this ``--ar`` in place of its own, or with none for ""."""
    parsed = Prompt.parse(prompt)
    others = [one for one in parsed.parameters if long_name(one.name) != long_name("ar")]
    added = [Parameter("ar", ratio)] if ratio else []
    return str(replace(parsed, parameters=(*others, *added)))


def _zoom(given: float | str) -> float:
    try:
        # True is 1 to Python, which would be a zoom.
        zoom = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError):
        zoom = math.nan
    if not LEAST_ZOOM <= zoom <= MOST_ZOOM:
        raise UsageError(
            translated("A zoom of {given!r} is not possible.", given=given),
            hint=translated(
                "Take a number from {least_zoom} to {most_zoom}, such as 1.6.",
                least_zoom=LEAST_ZOOM,
                most_zoom=MOST_ZOOM,
            ),
        )
    return zoom


def _ratio(given: str) -> str:
    found = _RATIO.fullmatch(str(given))
    if found is None:
        raise UsageError(
            translated("{given!r} is no shape of a picture.", given=given),
            hint=translated("Give width and height, such as 16:9."),
        )
    return f"{found[1]}:{found[2]}"
