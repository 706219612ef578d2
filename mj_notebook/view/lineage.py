"""A family of tasks as a drawing: parents left, what was pressed from them right; pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mj_notebook.view.history import action_text, status_text
from mj_notebook.view.html import Safe, el
from mj_notebook.view.parts import picture_data_url, unbroken
from mj_notebook.view.text import truncate

Record = Mapping[str, Any]
Edge = tuple[str, str, str]

_PICTURE, _WIDE, _HIGH = 96, 168, 148
_MARGIN = 8
_PROMPT = "margin:0 8px;overflow-wrap:anywhere"


class NodePosition(NamedTuple):
    """Where a task stands: how many steps from the first one, and in which line."""

    depth: int
    line: int


def lineage_svg(
    nodes: Sequence[Record],
    edges: Sequence[Edge],
    thumbnails: Mapping[str, bytes],
    *,
    chosen: str = "",
) -> Safe:
    """
    Draw *nodes* and *edges*; needs neither server nor script.

    Args:
        nodes: Records of history, parents before their children.
        edges: Task ids of parent and child, and the button between them.
        thumbnails: JPEGs by the SHA-256 of their picture.
        chosen: The task that is marked.
    """
    spots = layout(nodes, edges)
    width = _MARGIN + _WIDE * (1 + max((spot.depth for spot in spots.values()), default=0))
    height = _MARGIN + _HIGH * (1 + max((spot.line for spot in spots.values()), default=0))
    return el(
        "svg",
        el("title", f"Where {len(nodes)} tasks came from"),
        [_path(spots[parent], spots[child]) for parent, child, _ in edges],
        [_node(node, spots[node["task"]], thumbnails, chosen) for node in nodes],
        role="img",
        width=width,
        height=height,
        class_="mj-lineage",
        style="max-width:none;font-size:11px;color:inherit",
    )


def lineage_html(
    nodes: Sequence[Record],
    edges: Sequence[Edge],
    thumbnails: Mapping[str, bytes],
    *,
    chosen: str = "",
    note: str = "",
) -> Safe:
    """Write the drawing so that a wide one can be scrolled, and a *note* below it."""
    asked = next((node for node in nodes if node["task"] == chosen), nodes[0]) if nodes else None
    prompt = truncate(asked["prompt"] or "", 160) if asked else ""
    return el(
        "div",
        el("div", unbroken(prompt), dir="auto", style=_PROMPT) if prompt else None,
        el("div", lineage_svg(nodes, edges, thumbnails, chosen=chosen), style="overflow-x:auto"),
        el("div", note) if note else None,
    )


def lineage_text(nodes: Sequence[Record], edges: Sequence[Edge], *, chosen: str = "") -> str:
    """Write the same as an indented list."""
    spots = layout(nodes, edges)
    lines = []
    for node in nodes:
        task, prompt = node["task"], truncate(node["prompt"] or "", 60)
        said = " · ".join((_caption(node), prompt, _status_text(node), task))
        lines.append("  " * spots[task].depth + said + (" ◀" if task == chosen else ""))
    return "\n".join(lines)


def layout(nodes: Sequence[Record], edges: Sequence[Edge]) -> dict[str, NodePosition]:
    """Say where each task stands: a first child beside its parent, the others below."""
    parents = {child: parent for parent, child, _ in edges}
    spots: dict[str, NodePosition] = {}
    line = -1
    before = ""
    for node in nodes:
        task = node["task"]
        parent = spots.get(parents.get(task, ""))
        # The line goes on to the right only when this one is the child of the one before.
        line += parents.get(task) != before or parent is None
        spots[task] = NodePosition(parent.depth + 1 if parent else 0, line)
        before = task
    return spots


def _node(node: Record, spot: NodePosition, thumbnails: Mapping[str, bytes], chosen: str) -> Safe:
    left, top = _corner(spot)
    prompt = truncate(node["prompt"] or "", 160)
    is_chosen = node["task"] == chosen
    return el(
        "g",
        el("title", f"{_caption(node)} · {prompt} · {_status_text(node)} · {node['task']}"),
        _picture(thumbnails.get(node["sha256"] or ""), left, top),
        el(
            "rect",
            x=left,
            y=top,
            width=_PICTURE,
            height=_PICTURE,
            rx=4,
            fill="none",
            stroke="currentColor",
            stroke_width=3 if is_chosen else 1,
            stroke_opacity=1 if is_chosen else 0.35,
        ),
        _words(_caption(node), left, top + _PICTURE + 14),
        _words(_status_text(node), left, top + _PICTURE + 28, opacity=0.78),
        data_task=node["task"],
    )


def _picture(thumbnail: bytes | None, left: int, top: int) -> Safe | None:
    if thumbnail is None:
        return None
    return el(
        "image",
        href=picture_data_url(thumbnail, "image/jpeg"),
        x=left,
        y=top,
        width=_PICTURE,
        height=_PICTURE,
    )


def _path(parent: NodePosition, child: NodePosition) -> Safe:
    (left, top), (right, bottom) = _corner(parent), _corner(child)
    begin, end, middle = left + _PICTURE, right, right - (_WIDE - _PICTURE) // 2
    high, low = top + _PICTURE // 2, bottom + _PICTURE // 2
    return el(
        "path",
        d=f"M {begin} {high} H {middle} V {low} H {end}",
        fill="none",
        stroke="currentColor",
        stroke_opacity=0.35,
    )


def _words(text: str, left: int, top: int, opacity: float = 1) -> Safe:
    return el("text", text, x=left, y=top, fill="currentColor", opacity=opacity)


def _corner(spot: NodePosition) -> tuple[int, int]:
    return _MARGIN + spot.depth * _WIDE, _MARGIN + spot.line * _HIGH


def _caption(node: Record) -> str:
    return truncate(action_text(node), 16)


def _status_text(node: Record) -> str:
    return truncate(status_text(node), 26)
