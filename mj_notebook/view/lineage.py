"""A family of tasks as a tree: right of each task what was pressed from it, or below; pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mj_notebook.view.history import action_text, status_text
from mj_notebook.view.html import Safe, el, el_in_parts, join, style_sheet
from mj_notebook.view.parts import picture_data_url, unbroken
from mj_notebook.view.text import truncate

Record = Mapping[str, Any]
Edge = tuple[str, str, str]

# Small enough that a family of ten stands in one column beside its words.
_SIDE = 96
_FRAME = f"display:block;width:{_SIDE}px;height:{_SIDE}px;border-radius:4px"
_PICTURE = f"{_FRAME};margin:0;max-width:none;object-fit:contain"
_PROMPT = "margin:0 4px;font-size:13px;line-height:20px"
_LINE = "rgba(128,128,128,0.7)"
_OUTLINES = (f"outline:1px solid {_LINE}", "outline:3px solid currentColor")

# Lists inside each other, so that readers that drop style sheets show the same tree. A first child
# stands beside its parent, the others below; where a page is narrow, all stand below, and only
# brothers and sisters are indented.
_TREE = style_sheet(
    ".mj-lineage{container-type:inline-size;font-size:11px;line-height:16px}"
    ".mj-lineage ul{list-style:none!important;margin:0!important;padding:0!important}"
    ".mj-lineage li{position:relative;display:flex;align-items:flex-start;margin:0;padding:4px}"
    f".mj-lineage .mj-kin{{flex:none;box-sizing:border-box;width:{_SIDE + 24}px}}"
    ".mj-lineage .mj-kin>:nth-child(2){margin-top:4px}"
    ".mj-lineage li li{padding:0 0 8px 48px}"
    ".mj-lineage li li::before,.mj-lineage li li::after{content:'';position:absolute;"
    f"border:0 solid {_LINE}}}"
    ".mj-lineage li li::before{top:48px;left:12px;width:36px;border-top-width:1px}"
    ".mj-lineage li li:first-child::before{left:-24px;width:72px}"
    ".mj-lineage li li::after{top:0;bottom:0;left:12px;border-left-width:1px}"
    ".mj-lineage li li:first-child::after{top:48px}"
    ".mj-lineage li li:last-child::after{bottom:auto;height:48px}"
    ".mj-lineage li li:only-child::after{display:none}"
    "@container (max-width:600px){"
    ".mj-lineage li{display:block}"
    f".mj-lineage .mj-kin{{display:grid;grid-template-columns:{_SIDE}px minmax(0,1fr);"
    "gap:0 8px;width:auto}"
    ".mj-lineage .mj-kin>:first-child{grid-row:1/span 3}"
    ".mj-lineage li li{padding:8px 0 0 24px}"
    ".mj-lineage li li::before,.mj-lineage li li:first-child::before{top:56px;left:12px;width:12px}"
    ".mj-lineage li li::after,.mj-lineage li li:first-child::after{top:0}"
    ".mj-lineage li li:last-child::after{height:56px}"
    ".mj-lineage li li:only-child{padding-left:0}"
    ".mj-lineage li li:only-child::before{display:none}"
    ".mj-lineage li li:only-child::after{display:block;height:8px}"
    "}"
)


def lineage_html(
    nodes: Sequence[Record],
    edges: Sequence[Edge],
    thumbnails: Mapping[str, bytes],
    *,
    chosen: str = "",
    note: str = "",
) -> Safe:
    """Write the tree; it needs neither server nor script, and a wide one can be scrolled."""
    asked = next((node for node in nodes if node["task"] == chosen), nodes[0]) if nodes else None
    prompt = truncate(asked["prompt"] or "", 160) if asked else ""
    tree = _tree(nodes, edges, thumbnails, chosen)
    return el(
        "div",
        _TREE,
        el("div", unbroken(prompt), dir="auto", style=_PROMPT) if prompt else None,
        el("div", tree, style="overflow-x:auto"),
        el("div", note) if note else None,
        class_="mj-lineage",
    )


def lineage_text(nodes: Sequence[Record], edges: Sequence[Edge], *, chosen: str = "") -> str:
    """Write the same as an indented list."""
    lines = []
    for node, ancestors in _walk(nodes, edges):
        task, prompt = node["task"], truncate(node["prompt"] or "", 60)
        said = " · ".join((_caption(node), prompt, _status_text(node), task))
        lines.append("  " * len(ancestors) + said + (" ◀" if task == chosen else ""))
    return "\n".join(lines)


def _walk(nodes: Sequence[Record], edges: Sequence[Edge]) -> Iterator[tuple[Record, list[str]]]:
    """Go through the tree, from parents to children; with each task those it came from."""
    parents = {child: parent for parent, child, _ in edges}
    above: list[str] = []
    for node in nodes:
        parent = parents.get(node["task"])
        # Parents stand before their children, so the way up is always on the stack.
        while above and above[-1] != parent:
            above.pop()
        yield node, above
        above.append(node["task"])


def _tree(
    nodes: Sequence[Record], edges: Sequence[Edge], thumbnails: Mapping[str, bytes], chosen: str
) -> Safe:
    # Written as it is gone through: built from inside out, a chain would be copied at each step.
    open_list, close_list = el_in_parts("ul")
    _, close_item = el_in_parts("li")
    pieces: list[Safe] = []
    depth = -1
    for node, ancestors in _walk(nodes, edges):
        deeper = len(ancestors) > depth
        pieces += [open_list] if deeper else [close_item]
        pieces += [join((close_list, close_item))] * (depth - len(ancestors))
        depth = len(ancestors)
        begin, _ = el_in_parts("li", data_task=node["task"])
        pieces += [begin, _node(node, thumbnails, is_chosen=node["task"] == chosen)]
    return join([*pieces, *[join((close_item, close_list))] * (depth + 1)])


def _node(node: Record, thumbnails: Mapping[str, bytes], *, is_chosen: bool) -> Safe:
    thumbnail = thumbnails.get(node["sha256"] or "")
    prompt = truncate(node["prompt"] or "", 160)
    outline = _OUTLINES[is_chosen]
    picture = (
        # An empty frame of the same size: lines between tasks end at the place of the picture.
        el("div", style=f"{_FRAME};{outline}")
        if thumbnail is None
        else el(
            "img",
            src=picture_data_url(thumbnail, "image/jpeg"),
            alt=prompt,
            style=f"{_PICTURE};{outline}",
        )
    )
    return el(
        "div",
        picture,
        el("div", el("strong", _caption(node)) if is_chosen else _caption(node)),
        el("div", _status_text(node), style="opacity:0.78"),
        title=f"{_caption(node)} · {prompt} · {_status_text(node)} · {node['task']}",
        aria_current="true" if is_chosen else None,
        class_="mj-kin",
    )


def _caption(node: Record) -> str:
    return truncate(action_text(node), 24)


def _status_text(node: Record) -> str:
    return truncate(status_text(node), 48)
