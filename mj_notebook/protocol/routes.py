"""The one table of endpoints, the path prefixes, and the names of headers."""

import re
from enum import StrEnum
from typing import NamedTuple

from mj_notebook.protocol.requests import (
    Action,
    Blend,
    Change,
    Describe,
    Edits,
    Imagine,
    Modal,
    Request,
    Shorten,
    SimpleChange,
    SwapFace,
    UploadPictures,
    Video,
)
from mj_notebook.protocol.vocabulary import ImageMode, Mode

SECRET_HEADER = "mj-api-secret"
BEARER_HEADER = "authorization"


class Pace(StrEnum):
    """How long an answer may take, as a class of calls (the seconds are a client's setting)."""

    SUBMIT = "submit"
    FETCH = "fetch"
    SEED = "seed"
    UPLOAD = "upload"
    PICTURE = "picture"


class Route(NamedTuple):
    """
    One endpoint; *path* is below the prefix, ``{id}`` stands for a task's or an account's id.

    *noun* is what a server without it does not offer, as it is said to people.
    """

    name: str
    method: str
    path: str
    pace: Pace
    request: type[Request] | None = None
    noun: str = ""


ROUTES = (
    Route("imagine", "POST", "/mj/submit/imagine", Pace.SUBMIT, Imagine),
    Route("blend", "POST", "/mj/submit/blend", Pace.SUBMIT, Blend, noun="blends"),
    Route(
        "describe", "POST", "/mj/submit/describe", Pace.SUBMIT, Describe, noun="describing pictures"
    ),
    Route("shorten", "POST", "/mj/submit/shorten", Pace.SUBMIT, Shorten, noun="shortening prompts"),
    Route("action", "POST", "/mj/submit/action", Pace.SUBMIT, Action, noun="buttons"),
    Route("modal", "POST", "/mj/submit/modal", Pace.SUBMIT, Modal, noun="windows"),
    Route("change", "POST", "/mj/submit/change", Pace.SUBMIT, Change, noun="changes by number"),
    Route(
        "simple_change",
        "POST",
        "/mj/submit/simple-change",
        Pace.SUBMIT,
        SimpleChange,
        noun="changes in one line",
    ),
    Route(
        "upload",
        "POST",
        "/mj/submit/upload-discord-images",
        Pace.UPLOAD,
        UploadPictures,
        noun="uploads",
    ),
    Route("swap_face", "POST", "/mj/insight-face/swap", Pace.SUBMIT, SwapFace, noun="face swaps"),
    Route("video", "POST", "/mj/submit/video", Pace.SUBMIT, Video, noun="videos"),
    Route("edits", "POST", "/mj/submit/edits", Pace.SUBMIT, Edits, noun="edits"),
    Route("fetch", "GET", "/mj/task/{id}/fetch", Pace.FETCH),
    Route("image_seed", "GET", "/mj/task/{id}/image-seed", Pace.SEED, noun="seeds"),
    Route("cancel", "POST", "/mj/task/{id}/cancel", Pace.FETCH, noun="cancelling"),
    Route(
        "list_by_condition",
        "POST",
        "/mj/task/list-by-condition",
        Pace.FETCH,
        noun="a list of chosen tasks",
    ),
    Route("list_by_ids", "POST", "/mj/task/list-by-ids", Pace.FETCH, noun="a list of chosen tasks"),
    Route("task_list", "GET", "/mj/task/list", Pace.FETCH, noun="a list of its tasks"),
    Route("task_queue", "GET", "/mj/task/queue", Pace.FETCH, noun="a list of what waits"),
    Route("image", "GET", "/mj/image/{id}", Pace.PICTURE),
    Route("account_list", "GET", "/mj/account/list", Pace.FETCH, noun="a list of its accounts"),
    Route("account", "GET", "/mj/account/{id}/fetch", Pace.FETCH, noun="a look at its accounts"),
    Route("health", "GET", "/health", Pace.FETCH),
)
PAGE_ROUTES = (
    Route("task_query", "POST", "/mj/task/query", Pace.FETCH),
    Route("task_admin_query", "POST", "/mj/task-admin/query", Pace.FETCH),
    Route("edit", "POST", "/mj/submit/edit", Pace.SUBMIT, Edits),
    Route("retexture", "POST", "/mj/submit/retexture", Pace.SUBMIT, Edits),
)
"""Endpoints that servers have for pages of their own, and that nothing here asks for."""

ROUTE = {route.name: route for route in ROUTES}
ROUTE_OF_REQUEST = {route.request: route for route in ROUTES if route.request}

_MODES = "|".join(Mode)
_IMAGE_MODES = "|".join(ImageMode)
# /mj-fast, /mj-fast-relay, /mj-proxy … stand before the plain /mj of a route.
# Only before another /mj: a path of that name alone is the route's own.
PREFIX = re.compile(
    rf"/mj(?:-(?P<mode>{_MODES}))?(?:-(?P<image_mode>{_IMAGE_MODES}))?(?=/mj(?:/|$))"
)


def prefix(mode: Mode | None = None, image_mode: ImageMode | None = None) -> str:
    """Return the path prefix that asks for a speed and a way of handing out pictures."""
    # Speed first: gateways read it only in that order.
    words = [word.value for word in (mode, image_mode) if word]
    return "/" + "-".join(["mj", *words]) if words else ""


def mode_words(prefix: str) -> str:
    """Return what the path *prefix* asks for, as it is said to people."""
    found = PREFIX.search(f"{prefix}/mj")
    words = [f"the speed {found['mode']}"] if found and found["mode"] else []
    words += [f"the picture mode {found['image_mode']}"] if found and found["image_mode"] else []
    return " and ".join(words) or f"the path {prefix}"


LIST_ROUTES = frozenset({"list_by_condition", "list_by_ids", "task_list", "task_queue"})
"""The routes that answer with an array of tasks (protocol/README.md §1.16)."""
