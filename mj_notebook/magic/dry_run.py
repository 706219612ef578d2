"""A dry run: what would be sent, shown instead of sent."""

import json
from typing import TYPE_CHECKING

from IPython.display import display

if TYPE_CHECKING:
    from mj_notebook.protocol.requests import Request


def show_request(request: "Request", address: str, cost: str) -> None:
    """
    Show what would be sent; pictures are only counted.

    Args:
        request: The request.
        address: Where it would go.
        cost: What it would cost, in words.
    """
    from mj_notebook.protocol.requests import request_record  # loads msgspec

    record = {key: _summarise(value) for key, value in request_record(request).items()}
    body = json.dumps(record, ensure_ascii=False, indent=2)
    told = f"Nothing was sent. This would be, {cost}:\nPOST {address}\n{body}"
    display({"text/plain": told}, raw=True)  # type: ignore[no-untyped-call]


def _summarise(value: object) -> object:
    """Return *value* as it is, and a picture by its length."""
    if isinstance(value, list | tuple):
        return [_summarise(item) for item in value]
    is_picture = isinstance(value, str) and value.startswith("data:")
    return f"({len(str(value)):,} characters)" if is_picture else value
