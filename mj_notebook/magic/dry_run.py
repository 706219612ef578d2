"""A dry run: what would be sent, shown instead of sent."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from IPython.display import display

from mj_notebook.language import counted, marked, translated
from mj_notebook.view.findings import in_language

if TYPE_CHECKING:
    from mj_notebook.session.submission import Submission
    from mj_notebook.store.records import Before


_KNOWN = {
    "drawn": marked(
        "Nothing was sent, and nothing would be: it was drawn before, and is shown again for 0"
        " credits. With --fresh this would be, {cost}:"
    ),
    "under way": marked(
        "Nothing was sent, and nothing would be: the same is under way, and is joined for 0"
        " credits. With --fresh this would be, {cost}:"
    ),
    "in doubt": marked(
        "Nothing was sent. The same was sent before, and nobody knows what became of it: it would"
        " be looked for, and not sent again. With --fresh this would be, {cost}:"
    ),
}


def show_request(
    asked: "Submission", address: str, cost: str, before: "Sequence[Before | None]"
) -> None:
    """
    Show what would be sent, and what was found in its prompt; pictures are only counted.

    Args:
        asked: What is asked.
        address: Where it would be sent.
        cost: What those would cost that are not known, or all where all are.
        before: What is known of each that is asked for.
    """
    from mj_notebook.protocol.requests import request_record  # loads msgspec

    record = {key: _summarise(value) for key, value in request_record(asked.request).items()}
    if asked.references:
        record["prompt"] = asked.words
    body = json.dumps(record, ensure_ascii=False, indent=2)
    found = "".join(f"{finding}\n" for finding in in_language(asked.findings))
    stops = any(finding.severity == "error" for finding in asked.findings) and not asked.force
    known = [one for one in before if one is not None]
    if len(known) == len(before):
        lead = translated(_KNOWN[known[-1]], cost=cost)
    elif stops:
        lead = translated(
            "Nothing was sent. Without --force nothing would be; with it this would be, {cost}:",
            cost=cost,
        )
    else:
        lead = translated("Nothing was sent. This would be, {cost}:", cost=cost)
    if 0 < len(known) < len(before):
        found += translated(
            "{known} of {count} drawn before, shown again for 0 credits.",
            known=len(known),
            count=len(before),
        )
        found += "\n"
    if pictures := len(asked.references):
        found += translated(
            "{pictures} would be handed over first, for a link in the place of the name.",
            pictures=counted(pictures, "picture"),
        )
        found += "\n"
    told = f"{found}{lead}\nPOST {address}\n{body}"
    display({"text/plain": told}, raw=True)  # type: ignore[no-untyped-call]


def _summarise(value: object) -> object:
    """Return *value* as it is, and a picture by its length."""
    if isinstance(value, list | tuple):
        return [_summarise(item) for item in value]
    is_picture = isinstance(value, str) and value.startswith("data:")
    return f"({len(str(value)):,} characters)" if is_picture else value
