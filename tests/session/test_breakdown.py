"""What a describe or a shorten said, from the server to records: `Job.breakdown`."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from mj_notebook.errors import UsageError
from mj_notebook.protocol.media import data_url
from mj_notebook.protocol.models import Task, TaskProperties
from mj_notebook.protocol.requests import Describe, Imagine, Shorten
from mj_notebook.session.job import Job
from mj_notebook.session.job_lineage import own_word
from mj_notebook.session.session import Session
from tests.support.rig import TIMEOUT, Rig, until

PROMPT = "Please paint a very lonely red kite over the golden dunes of the Sahara --ar 3:2"


@pytest.fixture
def described(rig: Rig, session: Session) -> Job:
    """Return a finished describe."""
    return rig.finish(session.start(Describe(base64=picture())))


@pytest.fixture
def shortened(rig: Rig, session: Session) -> Job:
    """Return a finished shorten without details."""
    return rig.finish(session.start(Shorten(prompt=PROMPT)))


def picture() -> str:
    """Return a picture as it is sent."""
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), (230, 180, 110)).save(buffer, "PNG")
    return data_url(buffer.getvalue(), "image/png")


def test_a_describe_gives_prompts(described: Job) -> None:
    """Four prompts as they can be imagined, and the words they share."""
    found = described.breakdown
    assert found is not None
    assert len(found.prompts) == 4
    assert all(prompt.endswith("--ar 3:2") for prompt in found.prompts)
    assert "composition" in found.shared
    assert found.chinese.startswith("1️⃣ ")
    assert (found.weights, found.kept, found.dropped) == ([], [], [])


def test_a_shorten_gives_kept_and_dropped_words(shortened: Job) -> None:
    """Without details there are marks and shorter prompts, no weights."""
    found = shortened.breakdown
    assert found is not None
    assert "kite" in found.kept
    assert "the" in found.dropped
    assert found.weights == []
    assert len(found.prompts) == 5


def test_details_give_weights_as_rows(rig: Rig, shortened: Job) -> None:
    """Each weighed word is a row of a table, in the order of the prompt."""
    found = rig.finish(shortened.press("Show Details")).breakdown
    assert found is not None
    assert [row["word"] for row in found.weights[:3]] == ["Please", "paint", "a"]
    assert all(set(row) == {"word", "weight"} and 0 <= row["weight"] <= 1 for row in found.weights)


def test_what_draws_has_no_breakdown(rig: Rig, session: Session) -> None:
    """A grid answers in no words."""
    assert rig.drawn(session).breakdown is None


def test_a_running_describe_is_waited_for(rig: Rig, session: Session) -> None:
    """Its words are a result like a picture."""
    running = session.start(Describe(base64=picture()))
    with ThreadPoolExecutor() as pool:
        early = pool.submit(lambda: running.breakdown)
        rig.finish(running)
        found = early.result(TIMEOUT)
    assert found is not None
    assert len(found.prompts) == 4


def test_a_prompt_is_imagined_by_its_number(rig: Rig, described: Job) -> None:
    """`imagine` draws the prompt of that number, once, as a job made from the describe."""
    found = described.breakdown
    assert found is not None
    drawn = rig.finish(found.imagine(2))
    assert drawn.prompt == found.prompts[1]
    assert drawn.task is not None
    assert drawn.task.prompt == found.prompts[1]
    assert isinstance(drawn.request, Imagine)
    assert (drawn.parent, drawn.step) == (described, "Imagine 2")
    assert [task["action"] for task in rig.tasks()] == ["IMAGINE", "DESCRIBE"]


@pytest.mark.parametrize("number", [0, 5, -1])
def test_a_number_that_is_not_there_sends_nothing(rig: Rig, described: Job, number: int) -> None:
    """What is no number of a prompt is refused here, and the sentence says which there are."""
    found = described.breakdown
    assert found is not None
    with pytest.raises(UsageError) as caught:
        found.imagine(number)
    assert caught.value.hint == "Take 1 to 4."
    assert len(rig.tasks()) == 1


@pytest.mark.parametrize("asked", ["described", "shortened"])
def test_a_number_presses_the_prompt_of_that_number(
    rig: Rig, asked: str, request: pytest.FixtureRequest
) -> None:
    """Of what tells words 2 is its second prompt, not a picture; and so before it has told them."""
    job: Job = request.getfixturevalue(asked)
    assert own_word(job.press(2)) == "imagine 2"
    with pytest.raises(UsageError, match=r"6 is no button.*2️⃣"):
        job.press(6)
    again = job.again()
    assert again.press(4).step == "4️⃣"
    rig.finish(again)


def test_what_is_answered_in_words_has_no_seed(described: Job, rig: Rig) -> None:
    """It is said here: servers would call the task unfinished."""
    before = len(rig.relay.requests)
    with pytest.raises(UsageError, match="no seed"):
        described.seed()
    assert len(rig.relay.requests) == before


def test_an_ablation_draws_all_with_one_seed(rig: Rig, shortened: Job) -> None:
    """The original and the five differ in their words alone; each is a job of its own."""
    found = shortened.breakdown
    assert found is not None
    made = found.ablate(seed=7)
    assert [job.step for job in made] == ["original", *(f"shorter {n}" for n in range(1, 6))]
    assert [job.prompt for job in made] == [
        f"{words} --ar 3:2 --seed 7" for words in (PROMPT.removesuffix(" --ar 3:2"), *found.prompts)
    ]
    assert all(isinstance(job.request, Imagine) and job.parent is None for job in made)
    assert shortened.children == []
    for job in made:
        job.accepted(TIMEOUT)
    prompts = {task["prompt"] for task in rig.tasks() if task["action"] == "IMAGINE"}
    assert prompts == {job.prompt for job in made}


def test_details_are_ablated_like_their_prompt(rig: Rig, shortened: Job) -> None:
    """From the details come the same prompts, with a seed where none is named."""
    found = rig.finish(shortened.press("Show Details")).breakdown
    assert found is not None
    made = found.ablate()
    assert made[0].prompt == f"{PROMPT} --seed 7"
    assert all(job.prompt.endswith(" --ar 3:2 --seed 7") for job in made)


def test_what_shortened_nothing_is_not_ablated(rig: Rig, described: Job) -> None:
    """A describe has no shorter prompts: nothing is sent."""
    found = described.breakdown
    assert found is not None
    with pytest.raises(UsageError, match="no shorter prompts"):
        found.ablate()
    assert len(rig.tasks()) == 1


def test_a_pressed_number_is_shown_with_its_prompt(described: Job) -> None:
    """The job of a number button is named by the prompt of that number."""
    found = described.breakdown
    assert found is not None
    assert described.press("3️⃣").prompt == found.prompts[2]


def test_it_shows_itself(described: Job, shortened: Job) -> None:
    """As a value of a cell it is a page and a text."""
    for job in (described, shortened):
        found = job.breakdown
        assert found is not None
        made = found._repr_mimebundle_()
        assert made["text/plain"] == repr(found)
        assert made["text/html"].startswith("<div")
        assert f"1. {found.prompts[0]}" in repr(found)
        assert f"1. {found.prompts[0]}" in repr(job)


def test_the_source_is_known_from_the_start(session: Session) -> None:
    """The picture that was sent is shown before the server has looked at it."""
    source = session.start(Describe(base64=picture())).facts().source
    assert source is not None
    assert (source.width, source.height) == (300, 200)
    assert session.start(Describe(base64="no picture")).facts().source is None


def test_describing_again_shows_the_same_source(described: Job) -> None:
    """The job of the button shows the picture of its describe, before the server sends it."""
    again = described.press("🔄")
    assert described.pictures.thumbnail is not None
    assert again.facts().source is described.pictures.thumbnail


def test_it_shows_no_signatures(session: Session) -> None:
    """Shown as a value, the addresses in it are cut down; the records keep them."""
    told = "1️⃣ a kite like https://x.org/kite.png?sig=canary over dunes\n\n2️⃣ a kite"
    task = Task(
        id="1", action="DESCRIBE", status="SUCCESS", properties=TaskProperties(final_prompt=told)
    )
    found = session.track(task).breakdown
    assert found is not None
    assert "canary" in found.prompts[0]
    assert "canary" not in f"{found!r}{found._repr_mimebundle_()}"
    assert "https://x.org/kite.png over dunes" in repr(found)


def test_a_describe_comes_back(rig: Rig, described: Job) -> None:
    """Another kernel finds words and source in history."""
    again = rig.open().job(described.id or "")
    until(again, lambda job: not job.is_open)
    assert again.breakdown is not None
    assert described.breakdown is not None
    assert again.breakdown.prompts == described.breakdown.prompts
    assert again._repr_mimebundle_()["text/html"] == described._repr_mimebundle_()["text/html"]
    assert 'alt="the picture that was described"' in again._repr_mimebundle_()["text/html"]
