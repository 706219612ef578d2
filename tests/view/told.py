"""What describe and shorten may say: jobs to show."""

from typing import Any

from mj_notebook.protocol.breakdown import BreakdownText
from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.models import TaskProperties
from mj_notebook.protocol.vocabulary import TaskAction
from mj_notebook.view.breakdown import BreakdownView, breakdown_view
from mj_notebook.view.facts import Facts
from tests.protocol.samples import task_bytes
from tests.view.samples import ASKED_AT, STARTED_MS, facts, task

DESCRIBED = (
    "1️⃣ A red kite above golden dunes, soft light --ar 3:2 --v 7\n\n"
    "2️⃣ Kite in the sky, golden dunes below --ar 3:2\n\n"
    "3️⃣ A child's kite of the 90s --ar 3:2\n\n"
    "4️⃣ Red cloth in the wind, light --ar 3:2"
)
CHINESE = (
    "1️⃣ 金色沙丘上的红风筝 --ar 3:2\n\n2️⃣ 天空中的风筝 --ar 3:2\n\n"
    "3️⃣ 孩子的风筝 --ar 3:2\n\n4️⃣ 风中的红布 --ar 3:2"
)


def told(text: str, chinese: str = "", action: str = "DESCRIBE", **fields: Any) -> Facts:
    """Return a finished job that was told *text*."""
    done = task(
        action=action,
        status="SUCCESS",
        start_time=STARTED_MS,
        finish_time=STARTED_MS + 9_000,
        properties=TaskProperties(final_prompt=text, final_zh_prompt=chinese),
    )
    return facts(**{"prompt": "", "task": done, "ended_at": ASKED_AT + 9, **fields})


def published(name: str) -> Facts:
    """Return a finished job with a recorded answer."""
    done = read_task(task_bytes(name))
    assert done is not None
    return facts(prompt="", task=done, ended_at=ASKED_AT + 9)


def view_of(text: str, chinese: str = "", kind: TaskAction = TaskAction.DESCRIBE) -> BreakdownView:
    """Return what is shown of *text*."""
    return breakdown_view(BreakdownText(kind, text, chinese))


def shorten(tokens: str, *options: str, bars: str = "") -> str:
    """Write what shorten says."""
    numbered = "\n\n".join(f"{number}️⃣ {text}" for number, text in enumerate(options, 1))
    return f"## Important tokens\n{tokens}{bars}\n## Shortened prompts\n{numbered}"
