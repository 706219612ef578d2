"""The cells of a sweep: what each asks for, and what came of it."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from mj_notebook.errors import MJError, UsageError
from mj_notebook.experiments.axes import AxisKind, Point, Span
from mj_notebook.experiments.batch_rows import BatchRow, note_before
from mj_notebook.experiments.schedule import RowStatus
from mj_notebook.language import translated
from mj_notebook.prompt.findings import Finding
from mj_notebook.prompt.keywords import KEYWORDS
from mj_notebook.prompt.parameters import long_name
from mj_notebook.prompt.parse import Prompt
from mj_notebook.prompt.permutations import wanted_prompts
from mj_notebook.prompt.rules import Severity
from mj_notebook.prompt.template import fill_template
from mj_notebook.session.job import Job
from mj_notebook.session.request_builder import RequestBuilder
from mj_notebook.session.result_cache import Found
from mj_notebook.session.submission import Submission
from mj_notebook.store.records import Before

PriceOf = Callable[[Submission], float]
FindBefore = Callable[[Sequence[Submission]], list[Found]]
"""Tells of each what is known of it before it is asked for."""


class SweepCell:
    """
    One cell of a sweep.

    Attributes:
        number: Which cell of the sweep, counted from 1.
        at: Its place on each axis, counted from 0.
        values: What it takes of each axis, by name.
        row: What is asked and what came of it; None until the cell is looked at.
        before: What was known of what it asks for, when it was looked at.
        is_edited: Whether its prompt was changed by hand.
    """

    def __init__(self, number: int, at: tuple[int, ...], values: Point) -> None:
        self.number, self.at, self.values = number, at, values
        self.row: BatchRow | None = None
        # Requests are made late: of 10,000 cells those that somebody sees or runs.
        self.before: Before | None = None
        self.is_edited = False

    @property
    def is_drawn(self) -> bool:
        """Whether it needs no drawing: it is in history, or the same as an earlier one."""
        return self.before not in {None, Before.IN_DOUBT}

    @property
    def key(self) -> str:
        """What tells it from the others on a board."""
        return "-".join(map(str, self.at))

    @property
    def job(self) -> Job | None:
        """The job that follows it; None until it is started."""
        return self.row.job if self.row else None

    @property
    def prompt(self) -> str:
        """What it asks for; "" until it is looked at."""
        return self.row.prompt if self.row else ""

    @property
    def standing(self) -> RowStatus:
        """Where it stands."""
        return self.row.standing if self.row else RowStatus.PENDING

    @property
    def why(self) -> str:
        """Why it failed, "" as a rule."""
        return self.row.why if self.row else ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What lint found in its prompt."""
        return self.row.submission.findings if self.row else ()

    @property
    def is_stopped_by_lint(self) -> bool:
        """Whether an error in its prompt keeps it from being sent."""
        asked = self.row.submission if self.row else None
        return (
            asked is not None
            and not asked.force
            and any(one.severity is Severity.ERROR for one in asked.findings)
        )

    def __repr__(self) -> str:
        return f"<SweepCell {self.values!r} · {self.standing}>"


class CellReader:
    """
    Makes the requests of cells; from any thread.

    Args:
        template: The prompt, with ``{{name}}`` where it varies; "" where prompts are an axis.
        span: The axes.
        names: Further values for ``{{name}}``: those of a notebook.
        builder: Makes requests.
        price_of: Tells the credits of one.
        find_before: Looks for what was asked for before.
        choices: The fields whose values may hold ``{{name}}`` themselves.
    """

    def __init__(
        self,
        template: str,
        span: Span,
        *,
        names: Mapping[str, Any],
        builder: RequestBuilder,
        price_of: PriceOf,
        find_before: FindBefore,
        choices: Collection[str] = (),
    ) -> None:
        self._template, self._span, self._builder = template, span, builder
        self._names = {**names, **span.fields}
        self._price_of, self._find_before, self._choices = price_of, find_before, choices
        self._lock = threading.Lock()  # a builder makes one request at a time

    def look(self, cells: Iterable[SweepCell]) -> None:
        """
        Make the requests of those *cells* that have none, and see what was drawn before.

        Raises:
            UsageError: One of them makes no sense; the sentence names it.
        """
        with self._lock:
            new = [cell for cell in cells if cell.row is None]
            rows = [self._row(cell) for cell in new]
            found = self._find_before([row.submission for row in rows])
            note_before(rows, found)
            for cell, row, (_, before) in zip(new, rows, found, strict=True):
                cell.row, cell.before = row, before

    def edit(self, cell: SweepCell, prompt: str) -> None:
        """Let *cell* ask for *prompt*, with its parameters, as it stands there."""
        assert cell.row is not None
        with self._lock:
            images, options = self._options(cell.values)
            # The edited text has the cell's parameters in it; given by name as well they would win
            # over what the person has just typed.
            options = {name: value for name, value in options.items() if name not in KEYWORDS}
            asked = self._asked(prompt, self._names, images, options)
            cell.row.submission, cell.row.prompt = asked, asked.words
            # What was known of the old words says nothing of the new ones; the run itself looks up
            # what these need.
            cell.is_edited, cell.before = True, None
            cell.row.is_known, cell.row.twin = False, None

    def _row(self, cell: SweepCell) -> BatchRow:
        values = cell.values
        names = {**self._names}
        names |= {
            axis.name: values[axis.name] for axis in self._span.axes if axis.kind is AxisKind.FIELD
        }
        try:
            for name in self._choices:
                # First the choices, as "{red {{animal}}, blue}" lists texts with fields of their
                # own.
                names[name] = fill_template(names[name], names, self._builder.hand_over)
            asked = self._asked(values.get("prompt", self._template), names, *self._options(values))
        except MJError as error:
            raise UsageError(f"{cell_name(cell)}: {error.args[0]}", hint=error.hint) from error
        # What it was given is kept with the row, so that a table has a column for each axis.
        return BatchRow(cell.number, asked, given=values, price=self._price_of(asked))

    def _asked(
        self, text: str, names: Mapping[str, Any], images: Any, options: Mapping[str, Any]
    ) -> Submission:
        """Return what *text* asks for, which is one picture."""
        filled = fill_template(text, names, self._builder.hand_over)
        asked = self._builder.imagine(filled, images, **options)
        # Braces may have come in by a value; a cell that became several would be priced as one.
        if (count := len(wanted_prompts(asked.words))) > 1:
            raise UsageError(
                translated(
                    "The prompt stands for {count:,} pictures, and a cell is one.", count=count
                ),
                hint=translated(
                    "Write \\{ for the sign, or give the choices as values of an axis."
                ),
            )
        return asked

    def _options(self, values: Point) -> tuple[Any, dict[str, Any]]:
        """Return the reference pictures, and all that is given to the builder by name."""
        told = {
            **self._span.fixed,
            **{
                axis.name: values[axis.name]
                for axis in self._span.axes
                if axis.kind not in {AxisKind.FIELD, AxisKind.PROMPT}
            },
        }
        return told.pop("images", ()), told


def telling_cells(cells: Sequence[SweepCell], most: int) -> tuple[list[SweepCell], bool]:
    """Return *most* of *cells*, among them each value of each axis, and whether all values are."""
    seen: set[tuple[int, int]] = set()
    first: list[SweepCell] = []
    others: list[SweepCell] = []
    for cell in cells:
        new = {*enumerate(cell.at)} - seen
        # A value nobody looked at would be told as "no errors" in the plan.
        (first if new else others).append(cell)
        seen |= new
    return [*first, *others][:most], len(first) <= most


def cell_name(cell: SweepCell) -> str:
    """Return how a cell is called in sentences: its values, with their names."""
    return f"Cell {cell.values!r}"


def recorded_labels(span: Span, cell: SweepCell) -> tuple[str, ...]:
    """
    Return what a picture is labelled with on each axis, read from its job's own record.

    A cell without a job, or one whose record says what the cell asks for, has the axes' labels.
    """
    labels = [axis.labels[place] for axis, place in zip(span.axes, cell.at, strict=True)]
    job = cell.job
    if job is None or cell.row is None:
        return tuple(labels)
    # The record is what the server was sent. A figure that is labelled by the plan would name a
    # seed or a style that the picture does not have, where a prompt was edited.
    told, asked = Prompt.parse(job.prompt), Prompt.parse(cell.row.prompt)
    for number, axis in enumerate(span.axes):
        if axis.kind is AxisKind.PARAMETER:
            labels[number] = _parameter_label(axis.name, told, cell, labels[number])
        elif axis.kind in {AxisKind.FIELD, AxisKind.PROMPT} and (
            cell.is_edited or told.text != asked.text
        ):
            labels[number] = f"{labels[number]} (edited)"
    return tuple(labels)


def _parameter_label(name: str, told: Prompt, cell: SweepCell, label: str) -> str:
    """Return *label* where the record has what the cell takes, else what the record has."""
    # Both sides are compared as they are written: 250 and "250" are the same parameter.
    wanted = Prompt().with_(**{name: cell.values[name]})
    value = told.value(long_name(name))
    if value == wanted.value(long_name(name)):
        return label
    return "none" if value is None else value or "yes"
