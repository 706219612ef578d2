"""From what a person gives (prompts, requests, records, a DataFrame) to the rows of a batch."""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mj_notebook.errors import MJError, UsageError
from mj_notebook.experiments.batch_rows import BatchRow
from mj_notebook.language import translated
from mj_notebook.prompt.canonical import normalise
from mj_notebook.prompt.keywords import KEYWORDS, with_missing
from mj_notebook.prompt.parameters import living_names, long_name
from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.actions import action_of
from mj_notebook.protocol.requests import Request, UploadPictures
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.session.job import Job
from mj_notebook.session.request_builder import RequestBuilder
from mj_notebook.session.request_options import COMMON, refuse_unknown
from mj_notebook.session.submission import Submission
from mj_notebook.settings.pricing import Costs
from mj_notebook.settings.readers import is_unset, mode_of
from mj_notebook.store.fingerprint import content_key

# A table may have a column of forces; and nobody means to force one row alone.
_OPTIONS = ("images", *(name for name in COMMON if name != "force"))
# By its task a record of `mj.history` is known.
_OF_HISTORY = "task"
_OF_BATCHES = ("budget", "max_in_flight", "say")


class BatchReader:
    """Reads rows; all of them, before anything is sent."""

    def __init__(
        self,
        builder: RequestBuilder,
        *,
        usual_mode: Mode | None,
        costs: Costs,
        most_jobs: int,
    ) -> None:
        self._builder, self._usual_mode, self._costs = builder, usual_mode, costs
        self._most_jobs = most_jobs
        self._asked: Counter[str] = Counter()

    def rows(self, prompts: object, options: Mapping[str, Any]) -> list[BatchRow]:
        """
        Return the rows that *prompts* mean, with *options* where a row has none of its own.

        Raises:
            UsageError: One of them makes no sense; the sentence names the row.
        """
        # Here as well, since rows that are requests already read only some of them.
        known = ("images", *KEYWORDS)
        refuse_unknown((name for name in options if name not in known), *known, *_OF_BATCHES)
        found: list[BatchRow] = []
        for number, given in enumerate(records_of(prompts), 1):
            try:
                # Numbered by what is drawn; the error names the row that was given.
                found += self._rows(len(found) + 1, given, options)
            except MJError as error:
                raise UsageError(
                    translated("Row {number}: {reason}", number=number, reason=error.args[0]),
                    hint=error.hint,
                ) from error
        if not found:
            raise UsageError(
                translated("There is nothing to do."), hint=translated("Give a list of prompts.")
            )
        return found

    def _rows(self, number: int, given: object, options: Mapping[str, Any]) -> list[BatchRow]:
        """Return the rows of one prompt, the first with *number*: several, where it has braces."""
        labels: dict[str, Any] = {}
        if isinstance(given, Mapping):
            own, labels = _split_options_and_labels(given)
            others = with_missing(options, map(long_name, own))
            wanted = self._imagines(own.pop("prompt"), {**others, **own})
        else:
            wanted = self._submissions(given, options)
        return [self._row(number + at, asked, labels) for at, asked in enumerate(wanted)]

    def _row(self, number: int, asked: Submission, labels: Mapping[str, Any]) -> BatchRow:
        if isinstance(asked.request, UploadPictures):
            raise UsageError(
                translated("Uploads give links, no tasks."),
                hint=translated("Use mj.upload(…) for them."),
            )
        price = self._costs.of(action_of(asked.request), asked.mode or self._usual_mode)
        # Within one batch: whatever server it is, equal requests are equal here.
        fingerprint = content_key(asked.request, server="")
        # The same asked for again is another picture, wanted beside the first.
        earlier = self._asked[fingerprint]
        self._asked[fingerprint] += 1
        asked = replace(asked, repeat=asked.repeat + earlier)
        return BatchRow(number, asked, given=labels, price=price)

    def _submissions(self, given: object, options: Mapping[str, Any]) -> list[Submission]:
        if isinstance(given, str | Prompt):
            return self._imagines(str(given), options)
        if isinstance(given, Request):
            given = Submission(given, mode=mode_of(options.get("mode")))
        if isinstance(given, Submission):
            # The request itself is sent as it is; this decides only whether history may answer.
            return [replace(given, fresh=given.fresh or bool(options.get("fresh")))]
        raise UsageError(
            translated("{kind} is no prompt.", kind=type(given).__name__),
            hint=translated('Give texts, requests, or records with a "prompt".'),
        )

    def _imagines(self, prompt: str, options: Mapping[str, Any]) -> list[Submission]:
        written = [long_name(name) for name, _ in Prompt.parse(normalise(prompt)).parameters]
        # What a prompt writes itself is its own.
        chosen = with_missing(options, written)
        images = chosen.pop("images", None)
        wanted = self._builder.imagines(prompt, () if is_unset(images) else images, **chosen)
        if len(wanted) > self._most_jobs:
            raise UsageError(
                translated(
                    "The prompt stands for {count:,} jobs, more than {most_jobs}.",
                    count=len(wanted),
                    most_jobs=self._most_jobs,
                ),
                hint=translated("Let it: mj.configure(most_jobs={count}).", count=len(wanted)),
            )
        return wanted


def records_of(prompts: Any) -> Iterable[object]:
    """Return *prompts* one by one; the lines of a DataFrame (pandas or polars) as mappings."""
    if isinstance(prompts, str | bytes | Mapping | Request):
        raise UsageError(
            translated("A batch takes several prompts."),
            hint=translated('Give a list: mj.batch(["…", "…"])'),
        )
    # It is iterable, picture by picture, and would be waited for.
    if isinstance(prompts, Job):
        raise UsageError(
            translated("A job is no list of prompts."),
            hint=translated(
                "Write mj.batch([job.prompt, …]) to ask for the same, or mj.board([job]) to see it."
            ),
        )
    # By what they can do: neither library is imported for it.
    if hasattr(prompts, "to_dicts"):  # polars
        return _with_prompts(prompts.to_dicts())
    if hasattr(prompts, "columns") and hasattr(prompts, "to_dict"):  # pandas
        return _with_prompts(prompts.to_dict("records"))
    if isinstance(prompts, Iterable):
        return prompts
    raise UsageError(
        translated("{kind} is no list of prompts.", kind=type(prompts).__name__),
        hint=translated('Give a list of texts, or a DataFrame with a "prompt" column.'),
    )


def _with_prompts(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if records and "prompt" not in records[0]:
        names = ", ".join(map(str, records[0]))
        raise UsageError(
            translated('The table has no column "prompt".'),
            hint=translated("It has: {names}.", names=names),
        )
    return records


def _split_options_and_labels(given: Mapping[Any, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """
    Part a record into what it sets and the labels it carries; empty cells are neither.

    Parameters are both. A record of history tells what was drawn, so there they are labels alone.
    """
    # An empty cell of a table is no value of None: it leaves the option as it is for all.
    cells = {str(key): value for key, value in given.items() if not _is_empty(value)}
    prompt = cells.get("prompt")
    if not isinstance(prompt, str):
        raise UsageError(
            translated("It has no prompt."),
            hint=translated('Give each record a text named "prompt".'),
        )
    own = {key: value for key, value in cells.items() if key == "prompt" or key in _OPTIONS}
    labels = {key: value for key, value in cells.items() if key not in own}
    if _OF_HISTORY not in cells:
        _refuse_misunderstood(labels, prompt)
        own |= {key: value for key, value in labels.items() if key in KEYWORDS}
    return own, labels


def _refuse_misunderstood(labels: Mapping[str, Any], prompt: str) -> None:
    """Refuse a label that its writer may have meant to change the picture."""
    written = {long_name(name) for name, _ in Prompt.parse(prompt).parameters}
    for name, value in labels.items():
        if name in KEYWORDS:
            continue
        if long_name(name) in living_names() and long_name(name) not in written:
            raise UsageError(
                translated(
                    "{name!r} is a parameter that no column gives, and the prompt does not have"
                    " it.",
                    name=name,
                ),
                hint=translated(
                    "Write it in the prompt: --{name} {value}; or name the column otherwise.",
                    name=name,
                    value=value,
                ),
            )
        close = difflib.get_close_matches(name, _OPTIONS, n=1, cutoff=0.8)
        if close:
            raise UsageError(
                translated("There is no option {name!r}.", name=name),
                hint=translated("Did you mean {close!r}?", close=close[0]),
            )


def _is_empty(value: object) -> bool:
    """Tell whether a cell is empty: None, or not a number, as tables write it."""
    return value is None or (isinstance(value, float) and value != value)  # noqa: PLR0124 - only NaN differs from itself
