"""What is said of a job in one line or a few, without markup."""

from dataclasses import replace

from mj_notebook.language import gettext
from mj_notebook.protocol.visible_text import one_line, visible
from mj_notebook.view import units
from mj_notebook.view.breakdown_text import breakdown_lines
from mj_notebook.view.facts import Facts
from mj_notebook.view.record import public_view, without_secrets
from mj_notebook.view.status import Phase
from mj_notebook.view.task_view import TaskView, task_view


def final_parts(view: TaskView) -> tuple[str, ...]:
    """Return what is worth keeping of a job that ended: size, seed, task, file."""
    size = f"{view.size[0]} × {view.size[1]}" if view.size else ""
    parts = (
        _demo_words(view) if view.is_demo and view.phase is Phase.DONE else "",
        size,
        gettext("seed {seed}").format(seed=view.seed) if view.seed else "",
        gettext("task {task}").format(task=view.task_id) if view.task_id else "",
        gettext("saved as {file}").format(file=view.file)
        # Only a name that a person can look for is said.
        if view.file and not _is_hash(view.file)
        else "",
    )
    return tuple(part for part in parts if part)


def _demo_words(view: TaskView) -> str:
    return gettext("demo answer") if view.kind else gettext("demo picture")


def _is_hash(name: str) -> bool:
    """Return whether a file is history's own, whose name nobody looks for."""
    # A SHA-256 in hex has 64 signs; names that are made of prompts are cut far below.
    return len(name.partition(".")[0]) > 40


def lasting_parts(view: TaskView) -> tuple[str, ...]:
    """Return what may be said beside the words in a file, where seconds would grow stale."""
    if view.is_ended:
        return final_parts(view)
    # No times: a file is read long after they were true.
    return (units.percentage(view.percent),) if view.percent is not None else ()


def plain_line(view: TaskView, path: str = "") -> str:
    """Return one line for a terminal or a log; it is worth printing when `words` changed."""
    name = f"mj {view.step or view.kind}".rstrip()
    # The path ends in the file's name; both would say it twice.
    lasting = lasting_parts(replace(view, file="") if path else view)
    parts = (*lasting, *((path,) if path else ()), *view.details)
    why = filter(None, (view.reason, view.hint, view.note))
    prompt = truncate(view.prompt, 60)
    said = " · ".join((view.words, *why, *parts, *((prompt,) if prompt else ())))
    return visible(f"{name}: {said}")


def answer_lines(view: TaskView) -> list[str]:
    """Return what was told in words, a line each; none where something was drawn."""
    return [visible(line) for line in breakdown_lines(view.breakdown)] if view.breakdown else []


def plain_text(facts: Facts, now: float) -> str:
    """Return the whole job as text that is good on its own."""
    # Once more at the very end: whatever a line was made of, no terminal is moved by it.
    return visible("\n".join(_text_lines(public_view(task_view(facts, now)))))


def _text_lines(view: TaskView) -> list[str]:
    name = f"{view.step or view.kind or 'mj'}: {view.words}"
    lines = [" · ".join((name, *view.badges, *lasting_parts(view)))]
    lines += [view.prompt] if view.prompt else []
    lines += map(str, view.findings)
    lines += breakdown_lines(view.breakdown) if view.breakdown else []
    lines += [line for line in (view.reason, view.hint, view.note, *view.remarks) if line]
    if offered := [button.caption for row in view.rows for button in row.buttons]:
        lines.append(gettext("offers: {buttons}").format(buttons="  ".join(offered)))
    for child in (*view.children, *view.repeats):
        lines += [f"  {line}" for line in _text_lines(child)]
    return lines


def truncate(text: str, longest: int) -> str:
    """Return *text* in one line of at most *longest* signs."""
    # Secrets first: cut in the middle, an address would no longer be known for one.
    line = one_line(without_secrets(text))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
