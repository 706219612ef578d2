"""A proxy that wants a secret, in a real kernel: a person is asked once, a program never."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.lab import Lab
from tests.kernel.test_secrecy import everything
from tests.support.canary import files_with, in_value
from tests.support.rig import SECRET

pytestmark = pytest.mark.kernel


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Lab]:
    """Return a house whose files are looked through afterwards."""
    with Lab(tmp_path) as made:
        yield made


def test_a_person_is_asked_and_the_cell_goes_on(own: Lab, tmp_path: Path) -> None:
    """The secret is typed unseen, kept for the next kernel, and stands in that one file only."""
    kernel = own.start(MJ_API_SECRET="")
    cell = kernel.start("%%mj\na red kite")
    question = kernel.wait_for(lambda: kernel.input_requests)[0]["content"]
    assert question["password"]
    assert question["prompt"].startswith("Secret for 127.0.0.1")
    kernel.answer(SECRET)
    kernel.wait(cell)
    assert cell.status == "ok", cell.error
    assert len(own.house.tasks()) == 1
    assert not in_value(everything(kernel), SECRET)
    kept = [name for name in files_with(tmp_path, SECRET) if not name.endswith("secrets.json")]
    assert kept == []
    later = own.start(MJ_API_SECRET="")
    assert later.run("%%mj\na blue kite").status == "ok"
    assert later.input_requests == []


def test_an_empty_answer_leaves_it_at_that(own: Lab) -> None:
    """The error is the proxy's own, and nothing was drawn."""
    kernel = own.start(MJ_API_SECRET="")
    cell = kernel.start("%%mj\na red kite")
    kernel.wait_for(lambda: kernel.input_requests)
    kernel.answer("")
    kernel.wait(cell)
    assert cell.error is not None
    assert "wants a secret" in cell.error["evalue"]
    assert own.house.tasks() == []


def test_a_program_is_never_asked(own: Lab) -> None:
    """Where no questions are allowed, the cell fails at once with what to set."""
    kernel = own.start(MJ_API_SECRET="")
    cell = kernel.run("%%mj\na red kite", allow_stdin=False)
    assert cell.error is not None
    assert "MJ_API_SECRET" in "".join(cell.error["traceback"])
    assert kernel.input_requests == []
