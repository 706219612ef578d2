"""What a server leaves out of a request is told by the job, and by its code."""

from pathlib import Path

import pytest

from mj_notebook.protocol.requests import AccountFilter, Imagine
from mj_notebook.protocol.vocabulary import BotType, Mode
from mj_notebook.session.submission import Submission
from tests.conformance.talk import Talk
from tests.support.rig import TIMEOUT

NIJI = Imagine(prompt="a red kite", bot_type=BotType.NIJI_JOURNEY)
CHOSEN = Imagine(prompt="a red kite", account_filter=AccountFilter(instance_id="7"))


@pytest.mark.parametrize(
    ("dialect", "asked", "option"),
    [
        ("open", Submission(NIJI), 'bot="niji"'),
        ("open", Submission(CHOSEN), "accounts=…"),
        ("new-api", Submission(Imagine(prompt="a kite"), mode=Mode.TURBO), 'mode="turbo"'),
    ],
)
def test_an_option_without_effect_is_told(
    tmp_path: Path, dialect: str, asked: Submission, option: str
) -> None:
    """Once, below the picture; the code to it says so too."""
    with Talk(tmp_path, dialect) as talk:
        job = talk.session.start(asked).wait(TIMEOUT)
        (told,) = job.remarks
        assert told.startswith(f"{option} has no effect here: ")
        assert told.endswith(".")
        assert f"# {told}" in job.code().splitlines()


@pytest.mark.parametrize(
    ("dialect", "asked"),
    [
        ("open", Submission(Imagine(prompt="a kite", bot_type=BotType.MID_JOURNEY))),
        ("plus", Submission(NIJI, mode=Mode.TURBO)),
        ("trueai", Submission(NIJI, mode=Mode.TURBO)),
        ("new-api", Submission(NIJI)),
    ],
)
def test_what_has_an_effect_is_not_spoken_of(
    tmp_path: Path, dialect: str, asked: Submission
) -> None:
    """Nor what is as usual."""
    with Talk(tmp_path, dialect) as talk:
        job = talk.session.start(asked).wait(TIMEOUT)
        assert job.remarks == ()
        assert "no effect" not in job.code()
