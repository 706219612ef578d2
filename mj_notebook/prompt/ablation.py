"""Prompts that differ in their words alone, so that their pictures tell what the words do."""

import numbers
from collections.abc import Sequence
from dataclasses import replace

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.prompt.parameters import long_name
from mj_notebook.prompt.parse import Parameter, Prompt, seed_of

# Any will do, as long as all variants share it: what differs is then the words alone.
DEFAULT_SEED = 7
_SEEDS = 2**32


def ablation(original: str, shorter: Sequence[str], seed: int | None = None) -> list[str]:
    """Return *original* and *shorter*, all with one seed and what else *original* has but words."""
    whole = Prompt.parse(original)
    chosen = _seed(seed) if seed is not None else seed_of(whole)
    kept = [each for each in whole.parameters if long_name(each.name) != "seed"]
    # The seed stands last, wherever it stood: all variants differ in their words alone, not in
    # order.
    last = Parameter("seed", str(DEFAULT_SEED if chosen is None else chosen))
    alike = replace(whole, parameters=(*kept, last))
    words = [whole.text, *(Prompt.parse(text).text for text in shorter)]
    return [str(replace(alike, text=each)) for each in words]


def _seed(given: object) -> int:
    seed = int(given) if isinstance(given, numbers.Integral) and not isinstance(given, bool) else -1
    if not 0 <= seed < _SEEDS:
        raise UsageError(
            translated("{given!r} is no seed.", given=given),
            hint=translated("Take a whole number from 0 to {seeds}.", seeds=_SEEDS - 1),
        )
    return seed
