"""The desk: every request is judged here, in the words and the order of the protocol sheet."""

from typing import NamedTuple

from mj_notebook.prompt.text import read_prompt
from mj_notebook.protocol.buttons import ButtonKind, Press, Window, button_of, find
from mj_notebook.protocol.models import ReplyProperties, write_reply
from mj_notebook.protocol.requests import Action, Imagine, Modal
from mj_notebook.protocol.vocabulary import FINAL, BotType, Mode, ReturnCode, Status, TaskAction
from mj_notebook.server.ledger import Accepted
from mj_notebook.server.objections import banned_word, objection, zoom_objection
from mj_notebook.server.register import Place, Register
from mj_notebook.server.shots import can_paint
from mj_notebook.server.snapshots import ACCOUNT
from mj_notebook.server.work import Work

_SUBMITTED = "提交成功"
_DONE = "成功"
_QUEUED = "排队中，前面还有{n}个任务"
_FULL = "队列已满，请稍后尝试"
_BANNED = "可能包含敏感词"
_FAILED = "提交失败，系统异常"
# Others of the family say 窗口等待; this one has the word a client looks for (sheet 13.3).
_WINDOW = "Waiting for window confirm"
_UNKNOWN_TASK = "关联任务不存在或已失效"
_WRONG_STATUS = "关联任务状态错误"
_UNKNOWN_ACTION = "未知的 Action 类型"
_WRONG_ARGUMENTS = "参数错误"
_WRONG_PICTURE = "base64格式错误"
_NO_PROMPT = "prompt不能为空"


class Reply(NamedTuple):
    """An answer, ready to be sent."""

    body: bytes
    status: int = 200


class Desk:
    """
    Judges requests against the register, and has what it accepts written down.

    *mode* is the speed that the path of a request asked for. *pictures* are the hashes of the
    pictures that came with it, or None if one is broken: keeping them takes time, so that has
    happened before.
    """

    def __init__(self, register: Register) -> None:
        self._register = register

    def imagine(
        self, request: Imagine, mode: Mode | None, pictures: tuple[str, ...] | None
    ) -> Reply:
        """Judge an imagine."""
        prompt = request.prompt.strip()
        if not prompt:
            return refusal(_NO_PROMPT)
        if word := banned_word(prompt):
            return _banned(prompt, word)
        if pictures is None:
            return refusal(_WRONG_PICTURE)
        draft = Accepted(
            id="",
            at=0,
            kind="imagine",
            action=TaskAction.IMAGINE,
            description=f"/imagine {prompt}",
            prompt=prompt,
            fails=objection(prompt),
            pictures=pictures,
            bot=request.bot_type or BotType.MID_JOURNEY,
            mode=mode or _mode_in(prompt) or Mode.FAST,
            state=request.state,
            hook=request.notify_hook or None,
        )
        return _placed(self._register.accept(draft))

    def action(self, request: Action, mode: Mode | None) -> Reply:
        """Judge the press of a button."""
        if not request.task_id or not request.custom_id:
            return refusal(_WRONG_ARGUMENTS)
        found = self._register.standing(request.task_id)
        if found is None:
            return _UNKNOWN
        if found.phase.status != Status.SUCCESS:
            return refusal(_WRONG_STATUS)
        press = _offered(found.work, request.custom_id)
        if press is None or not can_paint(press.kind.key):
            return refusal(_UNKNOWN_ACTION)
        return self._pressed(request, found.work, press, mode)

    def _pressed(self, request: Action, parent: Work, press: Press, mode: Mode | None) -> Reply:
        draft = Accepted(
            id="",
            at=0,
            kind=press.kind.key,
            action=_action(press.kind, parent),
            description=f"/up {parent.id} {_name(press)}",
            prompt=parent.prompt,
            parent=parent.id,
            number=press.number,
            has_window=press.kind.window == Window.ALWAYS,
            bot=parent.accepted.bot,
            mode=mode or parent.accepted.mode,
            state=request.state,
            hook=request.notify_hook or None,
        )
        place = self._register.accept(draft)
        return _window(place, parent) if draft.has_window else _placed(place)

    def modal(self, request: Modal, pictures: tuple[str, ...] | None) -> Reply:
        """Judge the answer to a window; the task goes on under its id."""
        if not request.task_id:
            return refusal(_WRONG_ARGUMENTS)
        found = self._register.standing(request.task_id)
        if found is None:
            return _UNKNOWN
        work, phase = found
        if not work.accepted.has_window or phase.status == Status.CANCEL:
            return refusal(_WRONG_STATUS)
        if phase.status != Status.MODAL:
            # Some clients send the answer twice; the second changes nothing.
            return _placed(Place(work.id))
        return self._answered(work, request.prompt.strip() or _offer(work), pictures)

    def _answered(self, work: Work, prompt: str, pictures: tuple[str, ...] | None) -> Reply:
        if word := banned_word(prompt):
            return _banned(prompt, word)
        if pictures is None:
            return refusal(_WRONG_PICTURE)
        fails = objection(prompt) or _window_objection(work, prompt)
        mask = next(iter(pictures), "")
        return _placed(self._register.answer(work, prompt, fails=fails, mask=mask))

    def cancel(self, id_: str) -> Reply:
        """Cancel a task, or dismiss its window."""
        found = self._register.standing(id_)
        if found is None:
            return UNKNOWN_404
        if found.phase.status in FINAL:
            return refusal(_WRONG_STATUS)
        self._register.cancel(id_)
        return Reply(write_reply(ReturnCode.ACCEPTED, _DONE, id_))

    def seed(self, id_: str) -> Reply:
        """Tell the seed of a finished picture."""
        found = self._register.standing(id_)
        if found is None:
            return UNKNOWN_404
        if found.phase.status != Status.SUCCESS:
            return refusal(_WRONG_STATUS, status=400)
        return Reply(write_reply(ReturnCode.ACCEPTED, _DONE, str(found.work.seed)))


def refusal(text: str, *, status: int = 200) -> Reply:
    """Return the answer to a request that is not as it must be (return code 4)."""
    return Reply(write_reply(ReturnCode.INVALID, text), status)


FAILED = Reply(write_reply(ReturnCode.FAILED, _FAILED))
"""The answer when the server itself can't do its work (return code 9)."""

_UNKNOWN = Reply(write_reply(ReturnCode.NOT_FOUND, _UNKNOWN_TASK))
UNKNOWN_404 = _UNKNOWN._replace(status=404)
"""The answer about a task nobody knows, where the address names it."""


def _placed(place: Place) -> Reply:
    """Answer 1, 22 or 23: accepted, with others waiting before it, or no room (sheet 9)."""
    if place.is_refused:
        properties = ReplyProperties(discord_instance_id=ACCOUNT)
        return Reply(write_reply(ReturnCode.QUEUE_FULL, _FULL, None, properties))
    if not place.waiting:
        return Reply(write_reply(ReturnCode.ACCEPTED, _SUBMITTED, place.id, _account()))
    properties = _account(number_of_queues=place.waiting)
    text = _QUEUED.format(n=place.waiting)
    return Reply(write_reply(ReturnCode.QUEUED, text, place.id, properties))


def _window(place: Place, parent: Work) -> Reply:
    properties = _account(final_prompt=parent.final_prompt, remix=True)
    return Reply(write_reply(ReturnCode.WINDOW, _WINDOW, place.id, properties))


def _banned(prompt: str, word: str) -> Reply:
    properties = ReplyProperties(prompt_en=prompt, banned_word=word)
    return Reply(write_reply(ReturnCode.BANNED, _BANNED, None, properties))


def _account(
    *,
    number_of_queues: int | None = None,
    final_prompt: str | None = None,
    remix: bool | None = None,
) -> ReplyProperties:
    return ReplyProperties(
        discord_instance_id=ACCOUNT,
        discord_channel_id=ACCOUNT,
        number_of_queues=number_of_queues,
        final_prompt=final_prompt,
        remix=remix,
    )


def _offered(parent: Work, custom_id: str) -> Press | None:
    """Return what *custom_id* presses, if *parent* has that button, whoever's uuid it carries."""
    press = find(custom_id)
    if press is None:
        return None
    wanted = button_of(press.kind, parent.uuid, press.number).custom_id
    return press if any(button.custom_id == wanted for button in parent.buttons) else None


def _action(kind: ButtonKind, parent: Work) -> str:
    """Return the kind of the new task; drawing again makes what the parent is (sheet 4.4)."""
    return parent.accepted.action if kind.action == TaskAction.REROLL else kind.action


def _name(press: Press) -> str:
    """Return the last word of a child's description: U2, V3, R, or what stands on the button."""
    if press.kind.action == TaskAction.REROLL:
        return "R"
    button = button_of(press.kind, "", press.number)
    return button.label or button.emoji


def _mode_in(prompt: str) -> Mode | None:
    """Return the speed that *prompt* asks for: ``--fast``, ``--turbo`` or ``--relax``."""
    names = (parameter.name.lower() for parameter in read_prompt(prompt).parameters)
    return next((Mode(name) for name in names if name in set(Mode)), None)


def _offer(work: Work) -> str:
    """Return what the window shows before anybody writes in it."""
    return work.parent.final_prompt if work.parent else work.prompt


def _window_objection(work: Work, prompt: str) -> str:
    return zoom_objection(read_prompt(prompt)) if work.accepted.kind == "custom_zoom" else ""
