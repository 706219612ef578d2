"""What describe and shorten result in: text in the bot's own form (protocol/README.md §5)."""

from collections.abc import Callable
from typing import NamedTuple

from mj_notebook.protocol.breakdown import (
    Breakdown,
    Description,
    NumberedPrompt,
    bars_of,
    write_breakdown,
    write_description,
)
from mj_notebook.protocol.buttons import BUTTON_KIND, button_of
from mj_notebook.protocol.models import Button
from mj_notebook.server.backends.captions import captions_of, read_features
from mj_notebook.server.backends.token_weights import (
    mark_tokens,
    shortened_prompts,
    weigh_tokens,
    with_weights,
)
from mj_notebook.server.engine.task_record import TaskRecord

_CHINESE_HEADINGS = ("重要词汇", "简化提示")
_DETAILS = button_of(BUTTON_KIND["show_details"], "")


class TextResult(NamedTuple):
    """
    A text, with buttons for some of its lines.

    Attributes:
        requested: Which of the two was asked for.
        lines: The prompts that its buttons imagine.
        buttons: Those buttons.
    """

    english: str
    chinese: str
    requested: str
    lines: tuple[str, ...]
    buttons: tuple[Button, ...]


def text_result_of(record: TaskRecord) -> TextResult | None:
    """Return the text of a task; None for one that draws."""
    build = _BUILDERS.get(record.accepted.kind)
    return build(record) if build else None


def _describe(record: TaskRecord) -> TextResult | None:
    # None for a picture that could not be opened: such a task fails and has no text.
    features = read_features(record.accepted.image_features)
    if features is None:
        return None
    turn = _described_before(record)
    english, chinese = (
        Description(_numbered(captions_of(features, turn, chinese=is_chinese)))
        for is_chinese in (False, True)
    )
    requested = chinese if record.accepted.language else english
    prompts = tuple(item.prompt for item in requested.items)
    return TextResult(
        write_description(english),
        write_description(chinese),
        write_description(requested),
        prompts,
        (
            *_line_buttons("imagine_line", len(prompts)),
            *(button_of(BUTTON_KIND[key], "") for key in ("describe_again", "imagine_all")),
        ),
    )


def _numbered(texts: tuple[str, ...]) -> tuple[NumberedPrompt, ...]:
    return tuple(NumberedPrompt(number, text) for number, text in enumerate(texts, 1))


def _described_before(record: TaskRecord) -> int:
    """Return how often the same picture was described before, so that it gets other words."""
    return 1 + _described_before(record.parent) if record.parent else 0


def _shorten(record: TaskRecord) -> TextResult:
    tokens = weigh_tokens(record.accepted.prompt)
    return _breakdown_text(Breakdown(mark_tokens(tokens), _numbered(shortened_prompts(tokens))))


def _show_details(record: TaskRecord) -> TextResult:
    tokens = weigh_tokens(record.accepted.prompt)
    weighted, options = with_weights(tokens), _numbered(shortened_prompts(tokens))
    return _breakdown_text(Breakdown(weighted, options, bars_of(weighted)))


def _breakdown_text(breakdown: Breakdown) -> TextResult:
    lines = tuple(item.prompt for item in breakdown.options)
    english = write_breakdown(breakdown)
    # A shorten names no language: the English text is the answer, the other stands beside it.
    return TextResult(
        english,
        write_breakdown(breakdown._replace(headings=_CHINESE_HEADINGS)),
        english,
        lines,
        # Details are shown once; their text has no button for them.
        (*_line_buttons("imagine_short", len(lines)), *(() if breakdown.bars else (_DETAILS,))),
    )


def _line_buttons(key: str, count: int) -> tuple[Button, ...]:
    return tuple(button_of(BUTTON_KIND[key], "", number) for number in range(1, count + 1))


_BUILDERS: dict[str, Callable[[TaskRecord], TextResult | None]] = {
    "describe": _describe,
    "describe_again": _describe,
    "shorten": _shorten,
    "show_details": _show_details,
}
