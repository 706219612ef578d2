"""What describe and shorten tell, as text in the bot's own form (sheet 5)."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from mj_notebook.protocol.breakdown import (
    Breakdown,
    Description,
    Item,
    bars_of,
    write_breakdown,
    write_description,
)
from mj_notebook.protocol.buttons import KIND, button_of
from mj_notebook.protocol.models import Button
from mj_notebook.server.sights import describe, describe_in_chinese, read_sight
from mj_notebook.server.weighing import Weighed, detailed, marked, shorter, weigh

if TYPE_CHECKING:
    from mj_notebook.server.work import Work

_CHINESE_HEADINGS = ("重要词汇", "简化提示")


class Reading(NamedTuple):
    """
    A text to be read, with buttons for some of its lines.

    Attributes:
        english: What the bot wrote.
        chinese: The same in Chinese.
        told: Which of the two was asked for.
        lines: The prompts that its buttons imagine.
        buttons: What it offers.
    """

    english: str
    chinese: str
    told: str
    lines: tuple[str, ...]
    buttons: tuple[Button, ...]


def reading_of(work: "Work") -> Reading | None:
    """Return what *work* tells; None for what draws."""
    make = _MAKERS.get(work.accepted.kind)
    return make(work) if make else None


def _described(work: "Work") -> Reading | None:
    sight = read_sight(work.accepted.seen)
    if sight is None:
        return None
    turn = _turn(work)
    english, chinese = (
        _described_by(make(sight, turn)) for make in (describe, describe_in_chinese)
    )
    told = chinese if work.accepted.language else english
    prompts = tuple(item.prompt for item in told.items)
    return Reading(
        write_description(english),
        write_description(chinese),
        write_description(told),
        prompts,
        _describe_buttons(len(prompts)),
    )


def _described_by(lines: tuple[str, ...]) -> Description:
    return Description(tuple(Item(number, text) for number, text in enumerate(lines, 1)))


def _turn(work: "Work") -> int:
    """Return how often the same picture was described before."""
    return 1 + _turn(work.parent) if work.parent else 0


def _shortened(work: "Work") -> Reading:
    pieces = weigh(work.accepted.prompt)
    return _of(Breakdown(marked(pieces), _options(pieces)))


def _detailed(work: "Work") -> Reading:
    pieces = weigh(work.accepted.prompt)
    tokens = detailed(pieces)
    return _of(Breakdown(tokens, _options(pieces), bars_of(tokens)))


def _options(pieces: tuple[Weighed, ...]) -> tuple[Item, ...]:
    return tuple(Item(number, text) for number, text in enumerate(shorter(pieces), 1))


def _of(breakdown: Breakdown) -> Reading:
    lines = tuple(item.prompt for item in breakdown.options)
    english = write_breakdown(breakdown)
    return Reading(
        english,
        write_breakdown(breakdown._replace(headings=_CHINESE_HEADINGS)),
        english,
        lines,
        _shorten_buttons(len(lines), has_details=bool(breakdown.bars)),
    )


def _describe_buttons(count: int) -> tuple[Button, ...]:
    numbered = (button_of(KIND["imagine_line"], "", number) for number in range(1, count + 1))
    return (*numbered, *(button_of(KIND[key], "") for key in ("describe_again", "imagine_all")))


def _shorten_buttons(count: int, *, has_details: bool) -> tuple[Button, ...]:
    numbered = (button_of(KIND["imagine_short"], "", number) for number in range(1, count + 1))
    return (*numbered, *(() if has_details else (button_of(KIND["show_details"], ""),)))


_MAKERS: dict[str, Callable[["Work"], Reading | None]] = {
    "describe": _described,
    "describe_again": _described,
    "shorten": _shortened,
    "show_details": _detailed,
}
