"""Where a server puts what describe and shorten say, and what asks for it."""

import pytest

from mj_notebook.protocol.breakdown import BreakdownText, breakdown_kind_of, breakdown_text_of
from mj_notebook.protocol.models import Task, TaskProperties
from mj_notebook.protocol.requests import Action, Describe, Imagine, Request, Shorten
from mj_notebook.protocol.vocabulary import TaskAction

SHORTENED = "## Important tokens\n**kite**\n## Shortened prompts\n1️⃣ kite"


@pytest.mark.parametrize(
    ("task", "text"),
    [
        (Task(id="1", action="DESCRIBE", prompt="asked", prompt_en="told"), "told"),
        (Task(id="1", action="DESCRIBE", prompt="told"), "told"),
        (Task(id="1", action="SHORTEN", prompt="asked", description=SHORTENED), SHORTENED),
        (
            Task(id="1", action="SHORTEN", properties=TaskProperties(final_prompt=SHORTENED)),
            SHORTENED,
        ),
    ],
)
def test_the_words_are_found(task: Task, text: str) -> None:
    """They stand under one of several keys, by server."""
    done = Task(
        id="1",
        status="SUCCESS",
        action=task.action,
        prompt=task.prompt,
        prompt_en=task.prompt_en,
        description=task.description,
        properties=task.properties,
    )
    assert breakdown_text_of(done) == BreakdownText(TaskAction(task.action or ""), text)
    assert breakdown_text_of(task) is None  # it hasn't ended


@pytest.mark.parametrize(
    "task",
    [
        None,
        Task(id="1", status="SUCCESS", action="IMAGINE", prompt="a kite"),
        Task(id="1", status="SUCCESS", action="SHORTEN", prompt="a kite", description="/shorten"),
        Task(id="1", status="FAILURE", action="DESCRIBE", prompt="a kite"),
        Task(id="1", status="SUCCESS", prompt="1️⃣ a kite"),
    ],
)
def test_other_tasks_say_nothing(task: Task | None) -> None:
    """What was asked is never taken for an answer."""
    assert breakdown_text_of(task) is None


def test_chinese_that_only_repeats_is_none() -> None:
    """A server without a translator sends the same words twice."""
    for chinese, kept in (("told ", ""), ("说", "说"), (None, "")):
        properties = TaskProperties(final_prompt="told", final_zh_prompt=chinese)
        task = Task(id="1", status="SUCCESS", action="DESCRIBE", properties=properties)
        assert breakdown_text_of(task) == BreakdownText(TaskAction.DESCRIBE, "told", kept)


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (Describe(base64="x"), TaskAction.DESCRIBE),
        (Shorten(prompt="x"), TaskAction.SHORTEN),
        (Action(task_id="1", custom_id="MJ::Picread::Retry"), TaskAction.DESCRIBE),
        (Action(task_id="1", custom_id="MJ::Job::PromptAnalyzerExtended"), TaskAction.SHORTEN),
        (Action(task_id="1", custom_id="MJ::Job::PicReader::1"), None),
        (Action(task_id="1", custom_id="MJ::New::1"), None),
        (Imagine(prompt="x"), None),
        (None, None),
    ],
)
def test_what_asks_for_words(request_: Request | None, kind: TaskAction | None) -> None:
    """Two requests and two buttons give words and draw nothing."""
    assert breakdown_kind_of(request_) is kind
