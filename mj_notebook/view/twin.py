"""The twin: what stays in the notebook file and is read without kernel, scripts or style sheet."""

import base64
from collections.abc import Sequence
from typing import Any

from mj_notebook.language import gettext
from mj_notebook.view.breakdown import BreakdownView
from mj_notebook.view.breakdown_html import breakdown_html, source_html, static_style_of
from mj_notebook.view.breakdown_text import breakdown_lines
from mj_notebook.view.facts import Facts
from mj_notebook.view.html import Safe, Value, el, style_sheet
from mj_notebook.view.parts import (
    failure_html,
    findings_html,
    join_with_dots,
    picture_data_url,
    prompt_html,
    shown_size,
)
from mj_notebook.view.record import MIME, public_breakdown, public_record, public_view
from mj_notebook.view.status import kind_of
from mj_notebook.view.task_view import REPLAYED, TaskView, task_view
from mj_notebook.view.text import lasting_parts, plain_line, plain_text

__all__ = ["MIME", "plain_line", "plain_text", "twin_bundle", "twin_html"]

# Both colours come from the page, light, dark or paper; greys are drawn with opacity.
_STYLES = {
    "figure": "margin:0;padding:4px 0;max-width:720px",
    "told": "margin:0;padding:4px 0;max-width:960px",
    "child": "margin:12px 0 0 0;padding:0 0 0 12px;border-left:2px solid rgba(128,128,128,0.35)",
    "picture": "display:block;max-width:100%;height:auto;border-radius:6px",
    "caption": "margin-top:8px;font-size:13px;line-height:20px",
    "step": "font-weight:600",
    "prompt": "background:none;color:inherit;padding:0;overflow-wrap:anywhere",
    "chip": "background:none;color:inherit;border:1px solid rgba(128,128,128,0.45);"
    "border-radius:6px;padding:0 6px;font-size:11px;white-space:nowrap",
    "line": "font-size:11px;line-height:16px;opacity:0.78",
    "banned": "background:rgba(211,47,47,0.2);color:inherit;text-decoration:underline",
    "findings": "font-size:11px;line-height:16px",
    "finding-error": "border-left:2px solid #d32f2f;padding-left:6px",
    "finding-warn": "border-left:2px solid #f57c00;padding-left:6px",
    "finding-hint": "border-left:2px solid rgba(128,128,128,0.45);padding-left:6px",
    "doubt": "background:none;color:inherit;text-decoration:underline wavy #f57c00",
    "failure": "margin-top:4px",
    "reason": "font-weight:600",
    "remedy": "margin:0",
}
_TEXTS = ("text/plain", "text/html")
# As in the panel, so that nothing jumps when one takes the other's place.
_WIDE, _NARROW = 512, 256
_MOST_PREVIEW = 200_000  # a served preview may be any size; the file keeps only a small one


def twin_bundle(facts: Facts, now: float) -> dict[str, Any]:
    """Return the output that stands beside the panel and outlives the kernel."""
    bundle: dict[str, Any] = {
        "text/plain": plain_text(facts, now),
        "text/html": str(twin_html(task_view(facts, now))),
        # Other programs pass over a kind they don't know; from this one `mj.from_notebook` reads
        # the task.
        MIME: public_record(facts),
    }
    # LaTeX, and consoles with windows, show no HTML. Whatever shows HTML has the picture there and
    # the file both of them, so this one is small. Paper takes a picture before a text: where words
    # were asked for, it must take the words.
    if facts.thumbnail and facts.thumbnail.paper and not kind_of(facts):
        bundle["image/jpeg"] = base64.b64encode(facts.thumbnail.paper).decode("ascii")
    return bundle


def form_bundle(
    jobs: Sequence[Facts], now: float, links: Sequence[str], key: str = ""
) -> dict[str, Any]:
    """Return the output that stands beside form *key*: what was started from it, oldest first."""
    if jobs:
        bundles = [twin_bundle(facts, now) for facts in jobs]
        # Of the job as JSON there can be one in an output: the last.
        texts = {kind: "\n".join(one[kind] for one in bundles) for kind in _TEXTS}
        return hidden_beside_panel({**bundles[-1], **texts}, key)
    # A form that started nothing still says what it was: without a kernel it is all that is seen.
    words = "\n".join(links) or gettext(
        "No job was started here yet. Run the cell to choose pictures."
    )
    lines = [el("div", line) for line in words.splitlines()]
    told = str(el("div", lines, class_="mj-static"))
    return hidden_beside_panel({"text/plain": words, "text/html": told}, key)


# Opened without its kernel, a front end writes one line of its own ("Error displaying widget")
# where the panel stood. The twin above tells all there is to tell, so it takes that line away; a
# panel that lives has elements, not only text.
_NO_PANEL = style_sheet(
    ".jp-OutputArea-child:has(.mj-static) + .jp-OutputArea-child"
    " > .jp-OutputArea-output.lm-Panel:not(:has(> *)){display:none}"
)


def hidden_beside_panel(
    bundle: dict[str, Any], key: str, *, has_rule: bool = True, is_asleep: bool = False
) -> dict[str, Any]:
    """
    Return the output *bundle* of something that has its live panel in the next output.

    Args:
        bundle: The output.
        key: By which the panel finds it in the page, whatever the front end, and hides it.
        has_rule: Whether it holds the rule that hides what a front end says of lost panels; one
            such rule in a page is for all of them.
        is_asleep: Whether there is no next output: the page puts the panel here when it is seen.
    """
    asleep = "" if is_asleep else None
    marked = el("div", Safe(bundle["text/html"]), data_mj_twin=key or None, data_mj_asleep=asleep)
    rule = _NO_PANEL if has_rule and not is_asleep else ""
    return {**bundle, "text/html": f"{marked}{rule}"}


def breakdown_bundle(view: BreakdownView) -> dict[str, Any]:
    """Return a breakdown alone as an output."""
    # Even alone it goes into the file.
    public = public_breakdown(view)
    return {
        "text/plain": "\n".join(breakdown_lines(public)),
        "text/html": str(breakdown_html(public, static_style_of)),
    }


def twin_html(view: TaskView) -> Safe:
    """Write the job as one figure that reads well wherever HTML is read."""
    public = public_view(view)
    return _figure(public, public.prompt, "figure")


def _figure(view: TaskView, outer_prompt: str, part: str) -> Safe:
    name = view.step or view.kind
    # A child says its prompt only where it differs from the one above it.
    own_prompt = part == "figure" or view.prompt != outer_prompt
    replayed = REPLAYED if view.is_replayed else ""
    return el(
        "figure",
        None if view.kind else _picture(view, is_child=part == "child"),
        el(
            "figcaption",
            el("span", name, " ", **_style_of("step")) if name else None,
            prompt_html(view, _style_of) if own_prompt else None,
            findings_html(view, _style_of) if own_prompt else None,
            failure_html(view, _style_of),
            el(
                "div",
                join_with_dots((view.place, replayed, view.words, *lasting_parts(view))),
                **_style_of("line"),
            ),
            [el("div", said, **_style_of("line")) for said in (view.note, *view.remarks) if said],
            **_style_of("caption"),
        ),
        _answer_part(view),
        [_figure(child, view.prompt, "child") for child in view.children],
        [_figure(repeat, view.prompt, "child") for repeat in view.repeats],
        class_="mj-static" if part == "figure" else "mj-static-child",
        **_style_of("told" if view.breakdown and part == "figure" else part),
    )


def _answer_part(view: TaskView) -> Safe | None:
    if view.breakdown is not None:
        return breakdown_html(view.breakdown, static_style_of, view.source)
    return source_html(view.source, static_style_of) if view.source else None


def _picture(view: TaskView, *, is_child: bool) -> Safe | None:
    shot = view.thumbnail
    # Without a small copy it is a preview as it was served, which the file goes without.
    if shot is None or (not shot.small and len(shot.content) > _MOST_PREVIEW):
        return None
    # A child's picture is small twice: on the page and in the file.
    content, mime = shot.smaller if is_child else (shot.content, shot.mime)
    width, height = shown_size(shot.width, shot.height, _NARROW if is_child else _WIDE)
    return el(
        "img",
        src=picture_data_url(content, mime),
        alt=view.prompt,
        width=width,
        height=height if shot.width else None,
        **_style_of("picture"),
    )


def _style_of(part: str) -> dict[str, Value]:
    return {"style": _STYLES[part]}
