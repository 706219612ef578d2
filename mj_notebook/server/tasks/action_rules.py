"""Rules of buttons: pressing them, and answering the windows that some of them open."""

import re
from dataclasses import replace

import msgspec

from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.buttons import (
    BUTTON_KIND,
    ButtonKind,
    ParsedButton,
    WindowPolicy,
    button_of,
    parse_custom_id,
)
from mj_notebook.protocol.requests import Action, Change, Modal, SimpleChange
from mj_notebook.protocol.requests import Request as Submit
from mj_notebook.protocol.vocabulary import Mode, Status, TaskAction
from mj_notebook.server.engine.ledger import Accepted
from mj_notebook.server.engine.schedule import QueuePlace
from mj_notebook.server.engine.task_record import TaskRecord
from mj_notebook.server.tasks.image_builders import BUILDERS
from mj_notebook.server.tasks.policy import PLUS_POLICY, ServerPolicy
from mj_notebook.server.tasks.prompt_rules import prompt_error, zoom_error
from mj_notebook.server.tasks.registry import TaskRegistry
from mj_notebook.server.tasks.replies import (
    CRASHED,
    NO_REMIX,
    NO_TASK_ID,
    UNKNOWN,
    UNKNOWN_ACTION,
    WRONG_ARGUMENTS,
    WRONG_PICTURE,
    WRONG_STATUS,
    Reply,
    banned_refusal,
    queue_reply,
    refusal,
    success_reply,
    window_reply,
)
from mj_notebook.server.tasks.server_task import ServerTask
from mj_notebook.server.tasks.submit_rules import Pictures, draft_entry

_WRONG_CHANGE = "action参数错误"
_NOT_CHANGEABLE = "关联任务不允许执行变化"
_WRONG_CONTENT = "content参数错误"

_MORE_DIGITS = re.compile(r"( [UV][1-4])\S+$", re.IGNORECASE)
_NO_SUCH_PICTURE = '{"message":"Invalid Form Body","code":50035}'

_BOOKMARK, _ALL_LINES, _ONE_LINE = (
    BUTTON_KIND["bookmark"],
    BUTTON_KIND["imagine_all"],
    BUTTON_KIND["imagine_line"],
)
# Pictures are counted from 1 on the wire, as on the buttons.
_NUMBERS = range(1, 5)
_ADDED = {
    f"{action}_{motion}": f"--video 1 --motion {motion}"
    for action in ("animate", "extend")
    for motion in ("low", "high")
}
_CHANGES = {
    TaskAction.UPSCALE.value: BUTTON_KIND["upscale"],
    TaskAction.VARIATION.value: BUTTON_KIND["variation"],
    TaskAction.REROLL.value: BUTTON_KIND["reroll"],
}


class ActionRules:
    """
    Checks what comes after a task's end, and has the registry write down what is accepted.

    *remix* is whether those buttons ask for a prompt first that do so in Remix mode.
    """

    def __init__(
        self, registry: TaskRegistry, policy: ServerPolicy = PLUS_POLICY, *, remix: bool = False
    ) -> None:
        self._registry = registry
        self._policy = policy
        self._with_window = (
            {WindowPolicy.ALWAYS, WindowPolicy.REMIX} if remix else {WindowPolicy.ALWAYS}
        )

    def action(self, request: Action, mode: Mode | None) -> Reply:
        """Check the press of a button."""
        if not request.task_id or not request.custom_id:
            return refusal(WRONG_ARGUMENTS)
        found = self._registry.find(request.task_id)
        if found is None or found.phase.status != Status.SUCCESS:
            return UNKNOWN if found is None else refusal(WRONG_STATUS)
        press = _find_press(found.task, request.custom_id)
        if press is not None and press.kind is _BOOKMARK:
            # Nothing is drawn, so there is no task: the answer names the one that is bookmarked.
            return success_reply(found.task.id)
        if press is not None and press.kind is _ALL_LINES:
            return self._imagine_all(request, found.task, mode)
        if press is None or press.kind.key not in BUILDERS:
            return refusal(UNKNOWN_ACTION)
        return self._accept(request, found.task, press, mode)

    def _imagine_all(self, request: Submit, parent: ServerTask, mode: Mode | None) -> Reply:
        """Imagine each line of *parent*, as far as there is room (protocol/README.md §4.6)."""
        places: list[QueuePlace] = []
        for number in range(1, len(parent.text.lines if parent.text else ()) + 1):
            draft = _draft(request, parent, ParsedButton(_ONE_LINE, number, ""), mode)
            # So that the client can tell apart the tasks that it gets for one submit.
            state = f"{request.state}::{number}" if request.state else None
            places.append(self._registry.accept(replace(draft, state=state)))
        accepted = [place.id for place in places if not place.is_refused]
        # Some are better than none: only when all are refused is the answer a refusal.
        return success_reply(",".join(accepted)) if accepted else queue_reply(places[0])

    def _accept(
        self,
        request: Submit,
        parent: ServerTask,
        press: ParsedButton,
        mode: Mode | None,
        *,
        fail_reason: str = "",
    ) -> Reply:
        wants_remix = isinstance(request, Action) and request.enable_remix
        if wants_remix and self._lacks_remix(press.kind):
            return refusal(NO_REMIX)
        draft = _draft(request, parent, press, mode)
        has_window = press.kind.window in self._with_window
        draft = replace(draft, has_window=has_window, fail_reason=fail_reason)
        # The picture came with the first request; a button sends none.
        if press.kind.key == "describe_again":
            before = parent.accepted
            draft = replace(
                draft,
                pictures=before.pictures,
                image_features=before.image_features,
                language=before.language,
            )
        place = self._registry.accept(draft)
        if not draft.has_window:
            return queue_reply(place)
        return window_reply(
            place, ServerTask(TaskRecord(draft, parent.record), parent).window_prompt
        )

    def _lacks_remix(self, kind: ButtonKind) -> bool:
        """Tell whether a window is wanted that this account doesn't open."""
        may_ask = self._policy.remix_on_request and kind.window is WindowPolicy.REMIX
        return may_ask and WindowPolicy.REMIX not in self._with_window

    def change(self, request: Change, mode: Mode | None) -> Reply:
        """Check a U, V or R by number, in the open proxy's order (protocol/README.md §1.8)."""
        if not request.task_id:
            return refusal(NO_TASK_ID)
        kind = _CHANGES.get(request.action.upper())
        index = request.index
        if kind is None or (self._policy.checks_index and index not in _NUMBERS):
            return refusal(_WRONG_CHANGE)
        found = self._registry.find(request.task_id)
        if found is None or found.phase.status != Status.SUCCESS:
            return UNKNOWN if found is None else refusal(WRONG_STATUS)
        # Through the button, so that what has no U2 can't be asked for it by number either.
        # A number that no picture has is nobody's business but the bot's, where none is looked at.
        shown = index if index in _NUMBERS else None
        press = _find_press(found.task, kind.custom_id(found.task.uuid, shown or 1))
        if press is None or index is None:
            return refusal(_NOT_CHANGEABLE) if press is None else CRASHED
        return self._accept(
            request,
            found.task,
            press._replace(number=index),
            mode,
            fail_reason="" if shown else _NO_SUCH_PICTURE,
        )

    def simple_change(self, request: SimpleChange, mode: Mode | None) -> Reply:
        """Check the same, written in one line."""
        # Of the number only its first digit is read (protocol/README.md §1.8).
        line = _MORE_DIGITS.sub(r"\1", request.content)
        change = msgspec.structs.replace(request, content=line).change
        return refusal(_WRONG_CONTENT) if change is None else self.change(change, mode)

    def modal(self, request: Modal, pictures: Pictures) -> Reply:
        """Check the answer to a window; the task goes on under its id."""
        if not request.task_id:
            return refusal(WRONG_ARGUMENTS)
        found = self._registry.find(request.task_id)
        if found is None:
            return UNKNOWN
        task, phase = found
        # A window that was dismissed can't be answered; its task is over.
        if not task.accepted.has_window or phase.status == Status.CANCEL:
            return refusal(WRONG_STATUS)
        if phase.status != Status.MODAL:
            # Some clients send the answer twice; the second changes nothing.
            return queue_reply(QueuePlace(task.id))
        return self._accept_answer(task, request.prompt.strip() or task.window_prompt, pictures)

    def _accept_answer(self, task: ServerTask, prompt: str, pictures: Pictures) -> Reply:
        if refused := banned_refusal(prompt, self._policy):
            return refused
        if pictures is None:
            return refusal(WRONG_PICTURE)
        is_zoom = task.accepted.kind == "custom_zoom"
        fail_reason = prompt_error(prompt) or (zoom_error(Prompt.parse(prompt)) if is_zoom else "")
        mask = next(iter(pictures), "")
        return queue_reply(self._registry.answer(task, prompt, fail_reason=fail_reason, mask=mask))


def _draft(request: Submit, parent: ServerTask, press: ParsedButton, mode: Mode | None) -> Accepted:
    """Return what will be written down, but for what the registry adds."""
    before, kind = parent.accepted, press.kind
    return replace(
        # Children stay with the bot of their parent, whatever the request says.
        draft_entry(request, mode or before.mode, before.bot),
        kind=kind.key,
        # Drawing again makes what the parent is (protocol/README.md §4.4).
        action=before.action if kind.action == TaskAction.REROLL else kind.action,
        description=f"/up {parent.id} {_label(press)}",
        prompt=_prompt(parent, press),
        parent=parent.id,
        number=press.number,
        added=_ADDED.get(kind.key, ""),
    )


def _find_press(parent: ServerTask, custom_id: str) -> ParsedButton | None:
    """Return what *custom_id* presses, if *parent* has that button, whoever's uuid it carries."""
    press = parse_custom_id(custom_id)
    if press is None:
        return None
    presses = (parse_custom_id(button.custom_id) for button in parent.buttons)
    # Clients keep buttons: the uuid may be of an earlier run of the same journal.
    wanted = press.kind.key, press.number
    has_it = any(known and (known.kind.key, known.number) == wanted for known in presses)
    return press if has_it else None


def _prompt(parent: ServerTask, press: ParsedButton) -> str:
    """Return the prompt of the new task: one of the parent's lines, or its prompt."""
    text = parent.text
    if text is None or press.kind.action != TaskAction.IMAGINE:
        return parent.record.prompt
    return text.lines[min(press.number, len(text.lines)) - 1]


def _label(press: ParsedButton) -> str:
    """Return the last word of a child's description: U2, V3, R, or what stands on the button."""
    if press.kind.key == "reroll":
        return "R"
    button = button_of(press.kind, "", press.number)
    return button.label or button.emoji
