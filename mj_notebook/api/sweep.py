"""``mj.sweep``: one prompt over axes, planned, and drawn in the current session."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from mj_notebook.api.generate import request_builder
from mj_notebook.api.state import (
    current_session,
    current_settings,
    current_worker,
    found_before,
)
from mj_notebook.errors import UsageError
from mj_notebook.experiments.axes import AxisKind, Point, chosen_cells, read_span, values_of
from mj_notebook.experiments.batch_runner import limits_of
from mj_notebook.experiments.sweep import Sweep
from mj_notebook.experiments.sweep_cells import CellReader, SweepCell
from mj_notebook.language import counted, translated
from mj_notebook.prompt.keywords import KEYWORDS
from mj_notebook.prompt.parse import Prompt
from mj_notebook.prompt.permutations import repeats_of
from mj_notebook.prompt.template import choices_of, chosen_texts, field_names
from mj_notebook.protocol.actions import action_of
from mj_notebook.session.request_options import COMMON
from mj_notebook.session.submission import Submission
from mj_notebook.settings.argument_types import checked

_OF_SWEEPS = ("where", "skip", "sample", "run", "budget", "max_in_flight")


@checked
def sweep(
    prompt: Any = "",
    *,
    where: Callable[[Point], object] | None = None,
    skip: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    sample: int | None = None,
    run: bool = False,
    budget: float | None = None,
    max_in_flight: int = 3,
    **axes: Any,
) -> Sweep:
    """
    Plan one prompt over up to four axes; as the value of a cell it is a grid with a Run button.

    Nothing is sent before the button, `Sweep.run`, *run* or *budget*. What was drawn before is
    found again for nothing, so the same cell run again draws only what is missing. For instance
    ``mj.sweep("a {{animal}} in fog", animal=["fox", "hare"], s=[0, 250, 1000], seed=7)``.

    Args:
        prompt: Words and parameters, with ``{{name}}`` where they vary; or a list of prompts. What
            ``{red, blue}`` lists is an axis too, called "choice".
        where: Tells of each cell whether it is wanted: ``lambda cell: cell.s > 0``.
        skip: What is left out: ``{"s": 0, "chaos": [25, 50]}``, or several of these.
        sample: So many cells first, spread over all axes; a larger number later adds to them.
        run: Draw it at once.
        budget: Credits; draw it at once, and start nothing that would exceed them.
        max_in_flight: Tasks at once.
        **axes: A list of values is an axis, one value is the same in each cell: parameters, names
            of the prompt, *images* (a tuple is several pictures of one cell), and what
            `CommonOptions` lists.

    Raises:
        UsageError: An axis or a cell makes no sense; nothing was sent.

    Example:
        >>> foxes = mj.sweep("a {{animal}}", animal=["fox", "owl"], chaos=[0, 50])
        >>> len(foxes)
    """
    return planned(
        prompt,
        axes,
        where=where,
        skip=skip,
        sample=sample,
        run=run,
        budget=budget,
        max_in_flight=max_in_flight,
    )


def planned(
    prompt: Any,
    given: Mapping[str, Any],
    *,
    names: Mapping[str, Any] | None = None,
    where: Callable[[Point], object] | None = None,
    skip: object = None,
    sample: int | None = None,
    run: bool = False,
    budget: float | None = None,
    max_in_flight: int = 3,
) -> Sweep:
    """Plan a sweep of what is *given* by name, as `sweep` does."""
    settings, names = current_settings(), names or {}
    # Wrong limits are told before axes are read, which may take a while.
    limits_of(max_in_flight, budget)
    written = prompt
    prompt, given, choices = _spelled_out(prompt, given)
    # "prompt" may be an axis itself; then each of its texts may have other fields.
    texts = given.get("prompt", [prompt])
    inner = [one for name in choices for one in given[name]]
    fields = dict.fromkeys(name for text in (*texts, *inner) for name in field_names(text))
    span = read_span(
        # A name of the notebook is a value, not an axis, unless it is given here as well.
        given,
        [one for one in fields if one in given or one not in names],
        COMMON,
        _OF_SWEEPS,
    )
    missing = [one for one in fields if one not in given and one not in names]
    if missing:
        raise UsageError(
            translated(
                "The prompt uses {{{{{missing}}}}}, and nothing is given for it.",
                missing=missing[0],
            ),
            hint=translated('Give its values: {missing}=["…", "…"].', missing=missing[0]),
        )
    places = chosen_cells(span, where=where, skip=skip, sample=sample)
    reader = CellReader(
        prompt,
        span,
        names=names,
        builder=request_builder(),
        price_of=_price,
        find_before=found_before,
        choices=choices,
    )
    made = Sweep(
        span,
        [SweepCell(number, at, span.point(at)) for number, at in enumerate(places, 1)],
        title=_title(written, span.fixed) if prompt else counted(len(texts), "prompt"),
        reader=reader,
        worker=current_worker(),
        open_session=current_session,
        cost_words=settings.cost_words,
        refunds=settings.refunds,
        max_in_flight=max_in_flight,
    )
    # Who names a budget means to spend it.
    return made.run(budget=budget) if run or budget is not None else made


def _spelled_out(
    prompt: Any, given: Mapping[str, Any]
) -> tuple[str, dict[str, Any], Collection[str]]:
    """
    Return the prompt and what is given by name, with axes for what a prompt says of several.

    ``{red, blue}`` are the choices of an axis, whose names come third, and ``--repeat 3`` is three
    of each cell; of a list of prompts each choice is a prompt.
    """
    # What a single prompt lists becomes an axis, so that the grid shows it as one.
    if "prompt" not in given and isinstance(prompt, str):
        template, choices = choices_of(prompt, given)
        template, times = repeats_of(template)
        repeats = {"repeat": range(times)} if times > 1 else {}
        # What was given by name wins over what the prompt lists.
        return template, {**choices, **repeats, **given}, choices
    prompts = given.get("prompt", prompt)
    texts = [prompts] if isinstance(prompts, str) else values_of("prompt", AxisKind.PROMPT, prompts)
    wrong = [prompts] if texts is None else [one for one in texts if not isinstance(one, str)]
    if texts is None or wrong:
        raise UsageError(
            translated("{wrong!r} is no prompt.", wrong=wrong[0]),
            hint=translated(
                'Give a text, or a list of texts: mj.sweep(["a fox", "a hare"], s=[0, 250]).'
            ),
        )
    listed = [each for text in texts for each in chosen_texts(text)]
    return "", {"prompt": listed, **{k: v for k, v in given.items() if k != "prompt"}}, ()


def _title(prompt: str, fixed: Mapping[str, Any]) -> str:
    """Return the prompt with what holds for all cells, as a figure is described."""
    return str(Prompt.parse(prompt).with_(**{k: v for k, v in fixed.items() if k in KEYWORDS}))


def _price(asked: Submission) -> float:
    settings = current_settings()
    return settings.costs.of(action_of(asked.request), asked.mode or settings.mode)
