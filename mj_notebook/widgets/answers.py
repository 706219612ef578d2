"""What a page asks of a widget: handed to the worker's loop, and a sentence where it fails."""

import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from mj_notebook.errors import MJError
from mj_notebook.language import translated
from mj_notebook.session.worker import Worker

Message = dict[str, Any]
Answer = Callable[[Message], Coroutine[Any, Any, None]]

_NUMBERS = ("query", "turn")

_log = logging.getLogger("mj_notebook")


def answer_pages(widget: Any, worker: Worker, kinds: Mapping[str, Answer]) -> None:
    """
    Answer what pages ask of *widget*, by the kind of their messages, on the worker's loop.

    Args:
        widget: Hears pages, on any thread, and sends to them.
        worker: Answers on its loop.
        kinds: What answers each kind; whatever else a page says is left alone, as pages may say
            anything.
    """

    def tell(text: str, asked: Message) -> None:
        # A page that asks much at once numbers it, to know what of it failed.
        numbers = {name: asked[name] for name in _NUMBERS if name in asked}
        widget.send({"kind": "said", "text": text} | numbers)

    async def answered(answer: Answer, content: Message) -> None:
        try:
            await answer(content)
        except MJError as error:
            tell(str(error), content)
        except Exception as error:  # noqa: BLE001 - nobody sees what a callback raises
            _log.exception("What a page asked for failed.")
            # The kind alone: what a callback raises may hold a path or an address.
            tell(translated("That did not work: {kind}.", kind=type(error).__name__), content)

    def hear(_: object, content: object, __: object) -> None:
        answer = kinds.get(str(content.get("kind"))) if isinstance(content, dict) else None
        # Not an error: a page of an older version may ask for something else.
        if answer is None or not isinstance(content, dict):
            return
        try:
            worker.submit(answered(answer, content))
        except MJError as error:  # the session was closed
            tell(str(error), content)

    widget.on_msg(hear)
