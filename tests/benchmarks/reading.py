"""A list-by-condition answer of 1,000 tasks into records, against ``json.loads``."""

import json

from mj_notebook.protocol.button_sets import grid_buttons
from mj_notebook.protocol.codec import read_tasks
from mj_notebook.protocol.models import Task, TaskProperties, write_task
from mj_notebook.protocol.vocabulary import Status, TaskAction
from tests.benchmarks.pair import Effort, Row, pair

_TASKS = 1000


def thousand_tasks(effort: Effort) -> Row:
    """Read 1,000 finished tasks with their buttons."""
    body = b"[%b]" % b",".join(write_task(_task(number)) for number in range(_TASKS))
    assert len(read_tasks(body)) == _TASKS
    return pair(
        "1,000 tasks into records / json.loads",
        lambda: read_tasks(body),
        lambda: json.loads(body),
        limit=0.6,
        pairs=effort.pairs,
        counts=f" {len(body) / 1e6:.2f} MB",
    )


def _task(number: int) -> Task:
    uuid = f"1c6dff5e-5632-40c6-9d4c-{number:012d}"
    return Task(
        id=str(1_760_000_000_000_000 + number),
        action=TaskAction.IMAGINE,
        status=Status.SUCCESS,
        prompt="a red kite over dunes --ar 3:2",
        prompt_en="a red kite over dunes --ar 3:2",
        description="/imagine a red kite over dunes --ar 3:2",
        submit_time=1_760_000_000_000,
        start_time=1_760_000_001_000,
        finish_time=1_760_000_042_000,
        progress="100%",
        image_url=f"https://cdn.discordapp.com/attachments/1/2/kite_{uuid}.png?ex=1&is=2&hm=3&",
        image_height=2048,
        image_width=2048,
        properties=TaskProperties(
            final_prompt="a red kite over dunes --ar 3:2 --v 7.0",
            message_hash=uuid,
            message_id="1174910863984033903",
            message_content="**a red kite over dunes** - <@590422081204912129> (fast)",
            discord_instance_id="1118138338562560102",
        ),
        buttons=grid_buttons(uuid),
    )
