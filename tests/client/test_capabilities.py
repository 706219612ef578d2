"""What is learned of a server: what it does not offer."""

import httpx
import pytest

from mj_notebook.client.capabilities import Capabilities, Gap, GapKind
from mj_notebook.errors import MJError, NotAProxy, Unauthorized, Unavailable, Unsupported
from mj_notebook.protocol.requests import Action, Imagine, Modal, Shorten, SwapFace, Video
from mj_notebook.protocol.routes import ROUTES, mode_words
from mj_notebook.protocol.vocabulary import Mode
from tests.client.asking import BASE, Answers, Asker, answer, caught
from tests.protocol.samples import REPLIES

NOT_FOUND = answer(404, REPLIES["spring"])
NO_TASK = answer(200)
ACCEPTED = answer(json=REPLIES["accepted"])
LACKING = {
    "seeds": lambda client: client.image_seed("17"),
    "cancelling": lambda client: client.cancel("17"),
    "shortening prompts": lambda client: client.submit(Shorten(prompt="p")),
    "face swaps": lambda client: client.submit(SwapFace(source_base64="a", target_base64="b")),
    "videos": lambda client: client.submit(Video(prompt="p", image="a")),
    "windows": lambda client: client.submit(Modal(task_id="17", prompt="p")),
    "buttons": lambda client: client.submit(Action(task_id="17", custom_id="c")),
    "a list of what waits": lambda client: client.queue(),
    "a list of its accounts": lambda client: client.list_accounts(),
}


@pytest.mark.parametrize("noun", LACKING)
@pytest.mark.parametrize("page", [NOT_FOUND, answer(404, html="<html>404"), answer(405)])
def test_what_a_server_lacks_is_no_wrong_address(
    asker: type[Asker], noun: str, page: httpx.Response
) -> None:
    """One harmless question, once, tells a proxy that lacks this from what is no proxy."""
    answers = Answers(page, NO_TASK, page)
    with asker(answers) as client:
        first, second = (caught(lambda: LACKING[noun](client)) for _ in range(2))
    assert isinstance(first, Unsupported)
    assert str(first.args[0]) == f"proxy.test does not offer {noun}."
    assert "so the base URL is right" in first.hint
    assert str(first) == str(second)
    assert answers.urls[1] == f"{BASE}/mj/task/0/fetch"
    assert len(answers.asked) == 3


def test_a_gateways_own_page_is_a_missing_endpoint(asker: type[Asker]) -> None:
    """It answers every path that it does not know with its front end, and HTTP 200."""
    with asker(Answers(answer(200, html="<html>app"), NO_TASK)) as client:
        error = caught(lambda: client.cancel("17"))
    assert isinstance(error, Unsupported)
    assert "does not offer cancelling" in str(error)


def test_a_server_that_is_being_restarted_lacks_nothing(asker: type[Asker]) -> None:
    """Where everything is missing for a minute, nothing is learned."""
    with asker(Answers(ACCEPTED, NOT_FOUND)) as client:
        client.submit(Imagine(prompt="a kite"))
        assert isinstance(caught(lambda: client.image_seed("17")), NotAProxy)
        assert not client.client.capabilities.missing


@pytest.mark.parametrize(
    "probed",
    [NOT_FOUND, answer(404), answer(200, html="<html>"), answer(401), httpx.ConnectError],
)
def test_who_is_no_proxy_is_still_a_wrong_address(
    asker: type[Asker], probed: httpx.Response | type[httpx.RequestError]
) -> None:
    """Where the question gets no proxy's answer either, the base URL is to be checked."""
    with asker(Answers(NOT_FOUND, probed)) as client:
        error = caught(lambda: client.image_seed("17"))
    assert isinstance(error, NotAProxy)
    assert "base URL" in error.hint


def test_a_speed_that_a_server_does_not_know_is_told(asker: type[Asker]) -> None:
    """The speed is lacking, not the endpoint below it; the plain address is asked whether it is."""
    answers = Answers(NOT_FOUND, NO_TASK, NOT_FOUND)
    with asker(answers, f"{BASE}/mj-fast") as client:
        error = caught(lambda: client.submit(Imagine(prompt="p"), mode=Mode.TURBO))
        learned = client.client.capabilities
    assert isinstance(error, Unsupported)
    assert "does not know the speed turbo" in str(error)
    assert "mode=None" in error.hint
    assert answers.urls == [
        f"{BASE}/mj-turbo/mj/submit/imagine",
        f"{BASE}/mj/task/0/fetch",
        f"{BASE}/mj-turbo/mj/task/0/fetch",
    ]
    assert learned.missing_prefixes == {"/mj-turbo"}
    assert not learned.missing


def test_an_endpoint_that_is_missing_is_not_blamed_on_the_speed(asker: type[Asker]) -> None:
    """Though it is the first thing that was asked for at that speed."""
    with asker(Answers(NOT_FOUND, NO_TASK, NO_TASK), f"{BASE}/mj-turbo") as client:
        error = caught(lambda: client.image_seed("17"))
        learned = client.client.capabilities
    assert "does not offer seeds" in str(error)
    assert learned.gaps == (SEEDS,)


def test_what_everything_needs_is_never_called_lacking(asker: type[Asker]) -> None:
    """Where tasks can't be fetched any more, something else is the matter."""
    with asker(Answers(ACCEPTED, answer(404, html="<html>gone"))) as client:
        client.submit(Imagine(prompt="p"))
        assert isinstance(caught(lambda: client.fetch("17")), NotAProxy)
        assert not client.client.capabilities.missing


def test_what_is_learned_is_shared_and_taken_back(asker: type[Asker]) -> None:
    """Clients of one address share it; what works after all is offered again."""
    learned = Capabilities()
    with asker(Answers(NOT_FOUND, NO_TASK), capabilities=learned) as client:
        caught(lambda: client.image_seed("17"))
    assert learned.missing == {"image_seed"}
    with asker(Answers(answer(json={"code": 1, "result": "7"})), capabilities=learned) as client:
        assert client.image_seed("17") == "7"
    assert learned.missing == frozenset()


def test_a_refused_button_is_remembered_by_its_kind() -> None:
    """The like of another picture is the same button; one that nobody knows is itself alone."""
    learned = Capabilities()
    learned.note_refused_button("MJ::BOOKMARK::one", "no")
    learned.note_refused_button("new::button", "no")
    assert learned.refusal_of("MJ::BOOKMARK::another") == "no"
    assert learned.refusal_of("new::button") == "no"
    assert learned.refusal_of("MJ::JOB::upsample::1::one") == ""
    assert learned.refusal_of("other::button") == ""


def test_every_endpoint_has_a_word_for_people() -> None:
    """But for those that everything needs, and those nobody asks for by name."""
    unnamed = {route.name for route in ROUTES if not route.noun}
    assert unnamed == {"imagine", "fetch", "image", "health"}
    assert mode_words("/mj-fast-relay") == "the speed fast and the picture mode relay"


def test_an_error_of_another_kind_teaches_nothing(asker: type[Asker]) -> None:
    """A refusal in the proxy's own words is no missing endpoint."""
    with asker(Answers(answer(404, REPLIES["unknown_task"]))) as client:
        error: MJError = caught(lambda: client.image_seed("17"))
        assert not isinstance(error, Unsupported)
        assert not client.client.capabilities.missing


# What a server behind a gateway says of the gateway's own key, in its own shape or in a gateway's.
OTHERS_KEY: dict[str, dict[str, object]] = {
    "unauthorized": {"code": 4, "description": "unauthorized"},
    "无效的令牌": {"error": {"message": "无效的令牌 (request id: 7)", "type": "new_api_error"}},
    "something new": {"error": {"message": "something new", "type": "new_api_error"}},
}
NO_SUCH_TASK = answer(400, {"code": 4, "description": "task_no_found "})
NO_TOKEN = answer(401, {"error": {"message": "未提供令牌"}})


@pytest.mark.parametrize("said", OTHERS_KEY)
@pytest.mark.parametrize("noun", ["seeds", "shortening prompts", "buttons"])
def test_a_gateways_own_key_is_not_blamed_on_ours(asker: type[Asker], noun: str, said: str) -> None:
    """The gateway lets our secret in, and nobody without one; it signs none of its answers."""
    answers = Answers(answer(401, OTHERS_KEY[said]), NO_SUCH_TASK, NO_TOKEN)
    with asker(answers, secret="sk-of-ours") as client:
        error = caught(lambda: LACKING[noun](client))
    assert isinstance(error, Unavailable)
    assert error.cause == "upstream-key"
    assert "yours is not the one" in str(error)
    assert said in str(error)
    assert [one.headers.get("mj-api-secret") for one in answers.asked] == ["sk-of-ours"] * 2 + [
        None
    ]


@pytest.mark.parametrize(
    "probed",
    [[answer(401)], [NO_TASK, NO_TASK], [NO_TASK, httpx.ConnectError], [httpx.ConnectError]],
)
def test_a_secret_that_is_let_in_nowhere_is_ours(asker: type[Asker], probed: list[object]) -> None:
    """Nor is one that was let in where nobody needs any, or where the line broke."""
    answers = Answers(answer(401, OTHERS_KEY["unauthorized"]), *probed)  # type: ignore[arg-type] # answers
    with asker(answers, secret="sk-of-ours") as client:
        error = caught(lambda: client.submit(Imagine(prompt="a kite")))
    assert isinstance(error, Unauthorized)
    assert error.cause == "secret-refused"
    assert "MJ_API_SECRET" in error.hint


def test_who_is_not_let_in_to_ask_for_tasks_asks_no_further(asker: type[Asker]) -> None:
    """A poll that is refused is asked once, as before."""
    answers = Answers(answer(401))
    with asker(answers, secret="sk-of-ours") as client:
        assert isinstance(caught(lambda: client.fetch("17")), Unauthorized)
    assert len(answers.asked) == 1


class Memory:
    """What outlives a kernel."""

    def __init__(self, *gaps: Gap) -> None:
        self.kept = list(gaps)

    def gaps(self) -> list[Gap]:
        """Return what is kept."""
        return self.kept

    def add(self, gap: Gap) -> None:
        """Keep one."""
        self.kept.append(gap)

    def remove(self, gap: Gap) -> None:
        """Keep one no more."""
        self.kept = [one for one in self.kept if one[:2] != gap[:2]]


SEEDS = Gap(GapKind.ENDPOINT, "image_seed")
TURBO = Gap(GapKind.PREFIX, "/mj-turbo")
LIKE = Gap(GapKind.BUTTON, "bookmark", "no")


def test_a_memory_is_known_from_the_first_question_on(asker: type[Asker]) -> None:
    """What it holds needs no second look, and an answer that shows otherwise is kept as well."""
    memory, learned = Memory(SEEDS, TURBO, LIKE), Capabilities()
    learned.remember(memory)
    assert learned.gaps == (SEEDS, TURBO, LIKE)
    answers = Answers(NOT_FOUND, answer(json={"code": 1, "result": "7"}), ACCEPTED)
    with asker(answers, capabilities=learned) as client:
        assert isinstance(caught(lambda: client.image_seed("17")), Unsupported)
        assert len(answers.asked) == 1
        client.image_seed("17")
        client.submit(Imagine(prompt="p"), mode=Mode.TURBO)
    assert memory.kept == [LIKE]
    learned.note_taken_button("MJ::BOOKMARK::one")
    assert not memory.kept
    assert not learned.gaps


def test_what_is_learned_goes_to_every_memory_until_it_is_closed(asker: type[Asker]) -> None:
    """Sessions come and go in one kernel, each with its history."""
    learned, first, second = Capabilities(), Memory(), Memory()
    forget = learned.remember(first)
    learned.remember(second)
    answers = Answers(NOT_FOUND, NO_TASK, NOT_FOUND, NO_TASK)
    with asker(answers, capabilities=learned) as client:
        caught(lambda: client.image_seed("17"))
        forget()
        caught(lambda: client.submit(Shorten(prompt="p")))
    assert first.kept == [SEEDS]
    assert second.kept == [SEEDS, Gap(GapKind.ENDPOINT, "shorten")]


def test_a_memory_of_a_later_version_does_no_harm() -> None:
    """It may name endpoints that this one has never heard of."""
    learned = Capabilities()
    learned.remember(Memory(Gap(GapKind.ENDPOINT, "telepathy"), SEEDS))
    assert learned.gaps == (SEEDS,)


SHORTEN = Gap(GapKind.ENDPOINT, "shorten")
PAGE = answer(200, html="<html>app")
LOOKS: dict[str, tuple[Gap, httpx.Response, bool | None]] = {
    "another method is refused": (SHORTEN, answer(405, REPLIES["spring"]), True),
    "a framework's 404": (SHORTEN, NOT_FOUND, False),
    "a page for everything": (SHORTEN, PAGE, None),
    "a page of 404": (SHORTEN, answer(404, html="<html>404"), False),
    "an empty 404": (SHORTEN, answer(404), None),
    "read, and unknown": (SEEDS, answer(404, REPLIES["unknown_task"]), True),
    "read, and refused": (SEEDS, answer(400, {"code": 4, "description": "x"}), True),
    "read, and a page": (SEEDS, PAGE, False),
    "read, and only written to": (SEEDS, answer(405), False),
    "a speed, and no task": (TURBO, NO_TASK, True),
    "a speed, and nothing": (TURBO, NOT_FOUND, False),
}


@pytest.mark.parametrize("case", LOOKS)
def test_it_is_looked_again_without_drawing(asker: type[Asker], case: str) -> None:
    """By reading, whatever the method is: 405 tells that something is there."""
    gap, given, found = LOOKS[case]
    answers = Answers(given)
    with asker(answers, f"{BASE}/gateway/mj-fast") as client:
        assert client.offers(gap) is found
    (asked,) = answers.asked
    assert asked.method == "GET"
    assert str(asked.url).startswith(f"{BASE}/gateway{gap.name if gap is TURBO else ''}/mj/")


@pytest.mark.parametrize("given", [answer(401), answer(503), httpx.ConnectError])
def test_who_can_not_be_asked_is_not_looked_at(
    asker: type[Asker], given: httpx.Response | type[httpx.RequestError]
) -> None:
    """Nothing is concluded from trouble of another kind."""
    with asker(Answers(given)) as client:
        assert isinstance(caught(lambda: client.offers(SHORTEN)), MJError)
