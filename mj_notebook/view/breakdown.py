"""What describe and shorten say, as values to be shown: cards, weighed words, shorter prompts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.breakdown import (
    LIGHTEST,
    Breakdown,
    BreakdownText,
    NumberedPrompt,
    Token,
    TokenMark,
    read_breakdown,
    read_description,
)
from mj_notebook.protocol.vocabulary import TaskAction
from mj_notebook.view.word_diff import (
    Span,
    Stretch,
    WordChange,
    differences,
    shared_words,
    spans,
    word_count,
)

# Eyes tell about so many tints of one colour apart.
MAX_DEPTH = 10
_KEPT_DEPTH = 3  # where nobody knows weights, all kept words are marked alike


@dataclass(frozen=True, slots=True)
class Card:
    """
    One of the prompts of a describe.

    Attributes:
        number: Which button imagines it.
        words: The prompt without its parameters; what other cards also say is marked.
        chips: The parameters as written.
        chinese: The same in Chinese, "" when there is none.
    """

    number: int
    prompt: str
    words: tuple[Span, ...]
    chips: tuple[str, ...]
    chinese: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """
    One of the shorter prompts.

    Attributes:
        number: Which button imagines it.
        changes: What it kept, lost and added, in the order of reading.
        kept: How many words it has of the original's.
        chinese: The same in Chinese, "" when there is none.
    """

    number: int
    prompt: str
    changes: tuple[Stretch, ...]
    kept: int
    chinese: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """
    A piece of the prompt that was analysed.

    Attributes:
        weight: 0 to 1, None where nobody knows.
        depth: How deep its tint is: 0, none, to `MAX_DEPTH`.
    """

    text: str
    mark: TokenMark = TokenMark.NEUTRAL
    weight: float | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class BreakdownView:
    """
    A breakdown as it is shown everywhere.

    Attributes:
        source: Where it comes from; shown as it is when it doesn't follow the grammar.
        cards: The prompts of a describe.
        shared: The content words that at least two cards hold.
        words: The pieces of the prompt that was shortened, in its order; together the prompt.
        heavy: The words that weigh something, the heaviest first; only with details.
        options: The shorter prompts, the shortest last.
        total: How many words the prompt that was shortened has.
    """

    source: BreakdownText
    cards: tuple[Card, ...] = ()
    shared: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    heavy: tuple[Word, ...] = ()
    options: tuple[Option, ...] = ()
    total: int = 0

    @property
    def analysed(self) -> str:
        """The prompt that was shortened, as far as the words tell it."""
        return "".join(word.text for word in self.words)

    @property
    def has_weights(self) -> bool:
        """Whether details were asked for, so that words have weights."""
        return any(word.weight is not None for word in self.words)


# Few, as each holds the pieces of a whole text: those of the panels on one screen.
@lru_cache(maxsize=32)
def breakdown_view(source: BreakdownText) -> BreakdownView:
    """Work out how *source* looks; kept, since a panel asks for it again and again."""
    if source.kind is TaskAction.DESCRIBE:
        return _described(source)
    return _shortened(source)


def _described(said: BreakdownText) -> BreakdownView:
    description = read_description(said.text)
    if description is None:
        return BreakdownView(said)
    # The Chinese is an addition of some servers: where it does not follow the grammar, cards go
    # without.
    twin = read_description(said.chinese)
    prompts = [Prompt.parse(item.prompt) for item in description.items]
    shared = shared_words([prompt.text for prompt in prompts])
    marked = frozenset(shared)
    cards = tuple(
        Card(
            number=item.number,
            prompt=item.prompt,
            words=spans(" ".join((*prompt.images, prompt.text)), marked),
            chips=tuple(map(str, prompt.parameters)),
            chinese=chinese,
        )
        for item, prompt, chinese in zip(
            description.items,
            prompts,
            _translations(description.items, twin.items if twin else ()),
            strict=True,
        )
    )
    return BreakdownView(said, cards=cards, shared=shared)


def _translations(items: Sequence[NumberedPrompt], twins: Sequence[NumberedPrompt]) -> list[str]:
    """Return the Chinese words of each item; "" where there are none or they are the same."""
    # By number, not by place: a translation may lack an item.
    texts = {twin.number: Prompt.parse(twin.prompt).text for twin in twins}
    return [
        "" if (text := texts.get(item.number, "")) == Prompt.parse(item.prompt).text else text
        for item in items
    ]


def _shortened(said: BreakdownText) -> BreakdownView:
    breakdown = read_breakdown(said.text)
    # A server's own wording is no error: it is shown as it came.
    if breakdown is None:
        return BreakdownView(said)
    twin = read_breakdown(said.chinese)
    words = tuple(map(_word, breakdown.tokens))
    original = breakdown.prompt
    options = tuple(
        _option(item, original, chinese)
        for item, chinese in zip(
            breakdown.options,
            _translations(breakdown.options, twin.options if twin else ()),
            strict=True,
        )
    )
    return BreakdownView(
        said, words=words, heavy=_heavy(breakdown), options=options, total=word_count(original)
    )


def _option(item: NumberedPrompt, original: str, chinese: str) -> Option:
    changes = differences(original, item.prompt)
    kept = sum(word_count(found.text) for found in changes if found.change is WordChange.KEPT)
    return Option(item.number, item.prompt, changes, kept, chinese)


def _word(token: Token) -> Word:
    return Word(token.text, token.mark, token.weight, _depth(token))


def _depth(token: Token) -> int:
    if token.weight is None:
        return _KEPT_DEPTH if token.mark is TokenMark.KEPT else 0
    if token.weight <= LIGHTEST:
        return 0
    # What weighs anything worth a bar gets a tint that can be seen, however faint.
    return min(MAX_DEPTH, max(1, int(token.weight * MAX_DEPTH + 0.5)))


def _heavy(breakdown: Breakdown) -> tuple[Word, ...]:
    """Return the words with a weight worth a bar; where only bars are drawn, by their blocks."""
    weighed = [_word(token) for token in breakdown.tokens if (token.weight or 0) > LIGHTEST]
    # Before details are asked for, and from servers that draw only bars, blocks are all that is
    # known.
    if not weighed:
        weighed = [
            Word(bar.text, TokenMark.KEPT, bar.filled / 10, bar.filled) for bar in breakdown.bars
        ]
    return tuple(sorted(weighed, key=lambda word: -(word.weight or 0)))
