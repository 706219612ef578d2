"""A batch against the embedded server: what is sent, waited for, and told."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mj_notebook.errors import OutOfCredit, Unauthorized, UsageError, WaitInterrupted
from mj_notebook.experiments.batch import Batch
from mj_notebook.experiments.batch_input import BatchReader
from mj_notebook.experiments.batch_rows import BatchRow
from mj_notebook.experiments.batch_runner import run_batch
from mj_notebook.experiments.schedule import EndReason, RowStatus
from mj_notebook.session.request_builder import RequestBuilder
from mj_notebook.session.session import Session
from mj_notebook.settings.pricing import Costs
from mj_notebook.settings.settings import Secret, Settings
from tests.support.relay import (
    CannedResponse,
    Change,
    ConnectionFate,
    Rule,
    SeenRequest,
    submit_reply,
)
from tests.support.rig import TIMEOUT, Rig

FULL = submit_reply(23, "队列已满，请稍后尝试")


def no_fetch(url: str) -> bytes:
    """Refuse to fetch: no test of a batch needs a picture."""
    raise AssertionError(url)


def rows_of(prompts: object, **options: Any) -> list[BatchRow]:
    """Read rows as `mj.batch` does, with the usual costs."""
    reader = BatchReader(
        RequestBuilder(None, no_fetch), usual_mode=None, costs=Costs(), most_jobs=4
    )
    return reader.rows(prompts, options)


class Night:
    """
    A run without a person: time goes on by itself, and every line is kept.

    Attributes:
        lines: What was said.
        pauses: What the batch wanted to wait for, in seconds.
    """

    def __init__(self, rig: Rig, session: Session) -> None:
        self._house, self._session, self.worker = rig, session, session.worker
        self.settings, self.store = session.settings, session.store
        self.lines: list[str] = []
        self.pauses: list[float] = []
        self.meanwhile: Callable[[], object] = lambda: None
        self._ahead = 0.0
        self.rule: Rule = lambda _: ConnectionFate.PASS
        rig.relay.rule = self._go_on
        self._real_elapsed, session.elapsed = session.elapsed, self.elapsed

    def _go_on(self, asked: SeenRequest) -> CannedResponse | ConnectionFate | Change:
        if asked.is_list:
            self._house.clock.advance(3)
        return self.rule(asked)

    def elapsed(self) -> float:
        """Return the session's time, and what was skipped of it."""
        return self._real_elapsed() + self._ahead

    def start(self, request: Any, **options: Any) -> Any:
        """Start a request in the session."""
        return self._session.start(request, **options)

    def rest(self, news: threading.Event, seconds: float | None) -> None:
        """Skip a pause instead of waiting; wait for news when there is no end to it."""
        if seconds is None:
            assert news.wait(TIMEOUT), "nothing happened"
        else:
            self.pauses.append(seconds)
            self._ahead += seconds
        self.meanwhile()

    def run(self, rows: list[BatchRow], **options: Any) -> Batch:
        """Run a batch to its end."""
        chosen = {"budget": None, "max_in_flight": 3, **options}
        return run_batch(rows, self._session, say=self.lines.append, rest=self.rest, **chosen)


@pytest.fixture
def night(rig: Rig) -> Night:
    """Return a night with a session that finds what was drawn before."""
    return Night(rig, rig.open(replay=True))


def standings(batch: Batch) -> list[RowStatus]:
    """Return where each row stands."""
    return [row.standing for row in batch]


def test_all_rows_are_drawn_and_told(night: Night, rig: Rig) -> None:
    """Each prompt becomes one task, its picture is kept, and the log tells start and end."""
    batch = night.run(rows_of(["a red kite", "a blue kite", "a green kite", "a lighthouse"]))
    assert batch.end_reason is EndReason.FINISHED
    assert standings(batch) == [RowStatus.DONE] * 4
    assert rig.relay.submits == 4
    assert [row.job.image.size for row in batch if row.job] == [(64, 64)] * 4
    assert batch.cost == 4
    assert sum("sent as task" in line for line in night.lines) == 4
    assert night.lines[-1] == "batch: 4 done, 4 credits"


def test_a_prompt_with_errors_fails_alone(night: Night, rig: Rig) -> None:
    """It is told what to write, nothing of it is sent or paid, and the others go on."""
    batch = night.run(rows_of(["a red kite", "a kite --ar 0:0", "a lamp"]))
    assert standings(batch) == [RowStatus.DONE, RowStatus.FAILED, RowStatus.DONE]
    assert "Write it like --ar 3:2." in batch[1].why
    assert (rig.relay.submits, batch.cost) == (2, 2)


def test_a_full_queue_is_waited_for(night: Night, rig: Rig) -> None:
    """What was refused for lack of room is asked for again after longer and longer pauses."""
    answers = [FULL, FULL, FULL]
    night.rule = lambda asked: answers.pop() if asked.is_submit and answers else ConnectionFate.PASS
    batch = night.run(rows_of(["a red kite"]))
    assert standings(batch) == [RowStatus.DONE]
    assert rig.relay.submits == 4
    assert [round(pause) for pause in night.pauses] == [5, 10, 20]
    assert sum("queue is full" in line for line in night.lines) == 3


def test_a_lost_answer_is_never_sent_again(night: Night, rig: Rig) -> None:
    """The row is of unknown fate, says what to do, costs all the same; the others go on."""
    first = [ConnectionFate.CUT]
    night.rule = lambda asked: first.pop() if asked.is_submit and first else ConnectionFate.PASS
    batch = night.run(rows_of(["a red kite", "a blue kite"]))
    assert standings(batch) == [RowStatus.UNKNOWN, RowStatus.DONE]
    assert rig.relay.submits == 2
    assert len(rig.tasks()) == 1
    assert "may be drawn already: mj.resume() looks for it" in batch[0].why
    assert (batch.failed, batch.cost) == ((batch[0],), 2)
    again = night.run(rows_of(["a red kite", "a blue kite"]))
    assert standings(again) == [RowStatus.UNKNOWN, RowStatus.DONE]
    assert (again.cost, rig.relay.submits) == (0, 2)


def test_the_same_prompt_twice_is_two_pictures(night: Night, rig: Rig) -> None:
    """Each row has its own, and a second run finds both again."""
    batch = night.run(rows_of(["a red kite", "a  red kite"]))
    assert standings(batch) == [RowStatus.DONE] * 2
    assert len({row.task for row in batch}) == rig.relay.submits == 2
    again = night.run(rows_of(["a red kite", "a red kite", "a lamp"]), budget=1)
    assert [row.task for row in again][:2] == [row.task for row in batch]
    assert (again.cost, rig.relay.submits) == (1, 3)
    assert night.lines[-1] == "batch: 3 done, 2 of them found again, 1 credit"


def test_the_server_names_the_pause(night: Night) -> None:
    """Retry-After is honoured, with HTTP 429 as with the family's own code."""
    busy = CannedResponse(429, b'{"description": "too many"}', headers=(("retry-after", "17"),))
    answers: list[CannedResponse] = [busy]
    night.rule = lambda asked: answers.pop() if asked.is_submit and answers else ConnectionFate.PASS
    assert standings(night.run(rows_of(["a red kite"]))) == [RowStatus.DONE]
    assert [round(pause) for pause in night.pauses] == [17]


def test_a_queue_that_says_so_under_code_9_is_full_too(night: Night, rig: Rig) -> None:
    """Servers without code 23 say it in words."""
    answers = [submit_reply(9, "提交失败，队列已满")]
    night.rule = lambda asked: answers.pop() if asked.is_submit and answers else ConnectionFate.PASS
    assert standings(night.run(rows_of(["a red kite"]))) == [RowStatus.DONE]
    assert rig.relay.submits == 2


def test_without_a_network_nothing_is_lost(night: Night, rig: Rig) -> None:
    """What could not be sent is sent when the network is back; the pauses grow."""
    night.run(rows_of(["a first kite"]))  # a server that was reached is worth waiting for
    rig.relay.stop_listening()

    outages = [rig.relay]

    def come_back() -> None:
        if len(night.pauses) == 3 and outages:
            outages.pop().listen_again()

    night.meanwhile = come_back
    batch = night.run(rows_of(["a red kite", "a blue kite"]))
    assert standings(batch) == [RowStatus.DONE] * 2
    assert [round(pause) for pause in night.pauses] == [2, 4, 8]
    assert len(rig.tasks()) == 3
    assert sum("can't be reached" in line for line in night.lines) == 3


def test_who_was_never_reached_is_not_waited_for_all_night(night: Night, rig: Rig) -> None:
    """A wrong address ends the batch after two minutes, with every row pending."""
    rig.relay.stop_listening()
    batch = night.run(rows_of(["a red kite", "a blue kite"]))
    rig.relay.listen_again()
    assert batch.end_reason is EndReason.AWAY
    assert len(batch.pending) == 2
    assert 120 <= sum(night.pauses) < 400
    assert "could not be reached" in night.lines[-1]


@pytest.mark.parametrize(
    "refusal",
    [
        submit_reply(3, "无可用的账号实例"),
        submit_reply(3, "账号不可用: 1118"),
        submit_reply(None, "当前分组 default 下对于模型 mj_imagine 无可用渠道", http_status=503),
        submit_reply(4, "unauthorized", http_status=401),  # of the gateway's own key
    ],
)
def test_nobody_to_draw_is_waited_for(night: Night, rig: Rig, refusal: CannedResponse) -> None:
    """An account that is offline, or nothing behind a gateway, passes: no row is marked refused."""
    answers = [refusal] * 3
    night.rule = lambda asked: answers.pop() if asked.is_submit and answers else ConnectionFate.PASS
    batch = night.run(rows_of(["a red kite", "a blue kite"]))
    assert standings(batch) == [RowStatus.DONE] * 2
    assert rig.relay.submits == 5
    assert [round(pause) for pause in night.pauses] == [10, 20, 40]
    assert sum("nobody is there to draw" in line for line in night.lines) == 3


def test_an_empty_token_ends_it(night: Night) -> None:
    """What has nothing left to spend refuses each row alike, so the others stay pending."""
    night.rule = lambda asked: (
        submit_reply(4, "quota_not_enough ", http_status=400)
        if asked.is_submit
        else ConnectionFate.PASS
    )
    with pytest.raises(OutOfCredit, match="nothing left to spend"):
        night.run(rows_of(["a red kite", "a blue kite"]))


def test_one_answer_after_the_other_lost_ends_it(night: Night, rig: Rig) -> None:
    """Three in a row are enough: more rows of unknown fate would cost more than waiting."""
    night.rule = lambda asked: ConnectionFate.CUT if asked.is_submit else ConnectionFate.PASS
    batch = night.run(rows_of([f"kite {i}" for i in range(6)]))
    assert standings(batch) == [RowStatus.UNKNOWN] * 3 + [RowStatus.PENDING] * 3
    assert (batch.end_reason, rig.relay.submits) == (EndReason.LOST, 3)


BEHIND = submit_reply(5, "do_request_failed ", http_status=400)


def test_an_answer_lost_behind_a_gateway_ends_it(night: Night, rig: Rig) -> None:
    """The gateway answers all the same, so nothing tells whether the next one would be lost too."""
    night.rule = lambda asked: BEHIND if asked.is_submit else ConnectionFate.PASS
    batch = night.run(rows_of([f"kite {i}" for i in range(4)]))
    assert standings(batch) == [RowStatus.UNKNOWN] + [RowStatus.PENDING] * 3
    assert (batch.end_reason, rig.relay.submits) == (EndReason.LOST_BEHIND, 1)
    assert "behind the gateway" in night.lines[-1]


def test_accounts_that_are_not_there_are_not_waited_for(night: Night) -> None:
    """What a row chose by itself does not pass by itself; the others go on."""
    nobody = submit_reply(3, "无可用的账号实例")
    night.rule = lambda asked: (
        nobody if asked.is_submit and b"red" in asked.body else ConnectionFate.PASS
    )
    rows = [{"prompt": "a red kite", "accounts": {"remark": "x"}}, {"prompt": "a blue kite"}]
    batch = night.run(rows_of(rows))
    assert standings(batch) == [RowStatus.REFUSED, RowStatus.DONE]
    assert "accounts=…" in batch[0].why


@pytest.mark.parametrize("status", [502, 503])
def test_a_server_behind_that_is_restarted_costs_one_row(
    night: Night, rig: Rig, status: int
) -> None:
    """After one answer was lost the next row waits until something harmless is answered."""
    answers = [CannedResponse(status, b"<html>Bad Gateway")] * 16
    night.rule = lambda _: answers.pop() if answers else ConnectionFate.PASS
    batch = night.run(rows_of([f"kite {i}" for i in range(4)]))
    assert standings(batch) == [RowStatus.UNKNOWN] + [RowStatus.DONE] * 3
    assert rig.relay.submits == 4
    assert sum("can't be reached" in line for line in night.lines) >= 3


@pytest.mark.parametrize("answer", [CannedResponse(200, b"null"), CannedResponse(404, b"<p>no")])
def test_whoever_answers_is_there(night: Night, answer: CannedResponse) -> None:
    """What a server says of a task that can't be tells nothing more than that."""
    fates = [ConnectionFate.LOSE]
    night.rule = lambda asked: (
        answer
        if "/task/0/" in asked.path
        else fates.pop()
        if asked.is_submit and fates
        else ConnectionFate.PASS
    )
    batch = night.run(rows_of(["a red kite", "a blue kite"]))
    assert standings(batch)[1] is RowStatus.DONE
    assert not any("can't be reached" in line for line in night.lines)


def test_nobody_to_draw_from_the_first_row_on_is_waited_for(night: Night) -> None:
    """Whoever says so has answered: that passes as well, though not within two minutes."""
    refusal = submit_reply(3, "无可用的账号实例")
    answers = [refusal] * 12
    night.rule = lambda asked: answers.pop() if asked.is_submit and answers else ConnectionFate.PASS
    batch = night.run(rows_of(["a red kite"]))
    assert standings(batch) == [RowStatus.DONE]
    assert sum(night.pauses) > 1200


def test_a_banned_word_marks_its_row_only(night: Night, rig: Rig) -> None:
    """The run goes on, the row names the word, and it costs nothing."""
    banned = submit_reply(24, "可能包含敏感词", bannedWord="blood")
    night.rule = lambda asked: (
        banned if asked.is_submit and b"blood" in asked.body else ConnectionFate.PASS
    )
    batch = night.run(rows_of(["a red kite", "a kite of blood", "a blue kite"]))
    assert standings(batch) == [RowStatus.DONE, RowStatus.BANNED, RowStatus.DONE]
    assert "“blood”" in batch[1].why
    assert batch.cost == 2
    assert len(rig.tasks()) == 2


def test_a_wrong_secret_is_one_error(rig: Rig) -> None:
    """What would be wrong for each row is raised, when no row was asked for."""
    session = rig.open(secret=Secret("wrong"))
    night = Night(rig, session)
    with pytest.raises(Unauthorized):
        night.run(rows_of(["a red kite", "a blue kite"]))
    assert rig.relay.submits == 1


def test_a_secret_that_is_refused_later_ends_it(night: Night) -> None:
    """What is done is kept, the rest is pending, and the table says why."""
    asked_for: list[SeenRequest] = []

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if asked.path.endswith("/task/0/fetch"):
            return CannedResponse(401, b"{}")  # the secret is let in nowhere
        if not asked.is_submit:
            return ConnectionFate.PASS
        asked_for.append(asked)
        return ConnectionFate.PASS if len(asked_for) == 1 else CannedResponse(401, b"{}")

    night.rule = rule
    batch = night.run(rows_of(["a red kite", "a blue kite", "a green kite"]))
    assert standings(batch) == [RowStatus.DONE, RowStatus.PENDING, RowStatus.PENDING]
    assert batch.end_reason is EndReason.ERROR
    assert "secret" in night.lines[-1]


@pytest.mark.parametrize(("refunds", "cost"), [(True, 1), (False, 2)])
def test_a_failed_task_is_refunded(tmp_path: Path, refunds: bool, cost: float) -> None:  # noqa: FBT001 - pytest gives it
    """A task that failed costs nothing where proxies refund."""
    with Rig(tmp_path, faults_on_request=True) as rig:
        rows = rows_of(["a kite [mj-fault: fail=46:out of paint]", "a blue kite"])
        batch = Night(rig, rig.open(refunds=refunds)).run(rows)
    assert standings(batch) == [RowStatus.FAILED, RowStatus.DONE]
    assert "out of paint" in batch[0].why
    assert batch.cost == cost


def test_what_is_refunded_can_be_spent_again(tmp_path: Path) -> None:
    """The budget waits for what is under way before it says that nothing more fits."""
    with Rig(tmp_path, faults_on_request=True) as rig:
        rows = rows_of(["a kite [mj-fault: fail=46:out of paint]", "a blue kite"])
        batch = Night(rig, rig.open()).run(rows, budget=1)
    assert standings(batch) == [RowStatus.FAILED, RowStatus.DONE]


def test_the_budget_is_never_exceeded(night: Night, rig: Rig) -> None:
    """It stops before the row that would cost too much, and says which are left."""
    batch = night.run(rows_of([f"kite {i}" for i in range(4)]), budget=2)
    assert standings(batch) == [RowStatus.DONE] * 2 + [RowStatus.PENDING] * 2
    assert (batch.end_reason, batch.cost, rig.relay.submits) == (EndReason.BUDGET, 2, 2)
    assert [row.number for row in batch.pending] == [3, 4]
    assert night.lines[-1].endswith("the next one would exceed the budget")


def test_what_was_drawn_before_costs_nothing(night: Night, rig: Rig) -> None:
    """In this kernel or an earlier one; only what is missing is asked for."""
    first = night.run(rows_of(["a red kite", "a blue kite"]))
    later = Night(rig, rig.open(replay=True))
    again = later.run(rows_of(["a blue kite", "a red kite", "a lamp"]), budget=1)
    assert standings(again) == [RowStatus.DONE] * 3
    assert {row.task for row in first} < {row.task for row in again}
    assert (again.cost, rig.relay.submits) == (1, 3)
    states = [charge.state for charge in later.store.charges.read()]
    assert (states.count("accepted"), states.count("replayed")) == (3, 2)


def test_what_this_run_sent_is_paid_however_it_was_found(night: Night, rig: Rig) -> None:
    """A gateway said no after the proxy had taken it: found by its tag, it counts in the budget."""
    busy: list[Change] = [lambda _: CannedResponse(429, b"slow down", "text/plain")]
    night.rule = lambda asked: busy.pop() if asked.is_submit and busy else ConnectionFate.PASS
    batch = night.run(rows_of(["a red kite", "a blue kite"]), budget=1)
    assert standings(batch) == [RowStatus.DONE, RowStatus.PENDING]
    assert (batch.cost, len(rig.tasks()), batch[0].is_replayed) == (1, 1, False)
    again = night.run(rows_of(["a red kite"]))
    assert (again.cost, again[0].is_replayed) == (0, True)


def test_an_interrupt_keeps_what_is_done(night: Night, rig: Rig) -> None:
    """Running tasks go on, what was not sent is pending, and the error has the batch."""

    def interrupt() -> None:
        if any("done" in line for line in night.lines):
            raise KeyboardInterrupt

    night.meanwhile = interrupt
    with pytest.raises(WaitInterrupted) as caught:
        night.run(rows_of([f"kite {i}" for i in range(4)]), max_in_flight=1)
    batch = caught.value.batch
    assert len(batch.done) == 1
    assert len(batch.pending) == 3
    assert "1 of 4 are done" in str(caught.value)
    assert rig.relay.submits <= 2


def test_a_window_waits_for_a_person(night: Night) -> None:
    """A task that asks first does not hold the others up, and says how to go on."""
    window = submit_reply(21, "Waiting for window confirm", "1760000000999999", remix=True)
    first = [window]
    night.rule = lambda asked: first.pop() if asked.is_submit and first else ConnectionFate.PASS
    batch = night.run(rows_of(["a red kite", "a blue kite"]))
    assert standings(batch) == [RowStatus.ASKS, RowStatus.DONE]
    assert "answer" in batch[0].why


def test_it_is_not_waited_for_in_a_callback(night: Night) -> None:
    """On the worker's own thread it would wait for itself."""

    async def call() -> None:
        with pytest.raises(UsageError, match="callback"):
            night.run(rows_of(["a red kite"]))

    night.worker.submit(call()).result(TIMEOUT)


@pytest.mark.parametrize(
    ("options", "said"), [({"max_in_flight": 0}, "at once"), ({"budget": -1}, "no budget")]
)
def test_odd_limits_are_refused(night: Night, rig: Rig, options: Any, said: str) -> None:
    """Nothing is sent then."""
    with pytest.raises(UsageError, match=said):
        night.run(rows_of(["a red kite"]), **options)
    assert rig.relay.submits == 0


def test_a_demo_says_that_nothing_is_paid(night: Night) -> None:
    """The budget is rehearsed there, and no credit is claimed to have moved."""
    night._session.settings = Settings()
    night.run(rows_of(["a red kite"]), budget=2)
    assert night.lines[-1] == "batch: 1 done, 1 credit if it were no demo"


def test_a_fresh_batch_draws_what_was_drawn(rig: Rig) -> None:
    """`fresh` goes all the way to the server: nothing is replayed, each row is paid for."""
    session = rig.open(replay=True)
    prompts = ["a red kite", "a blue kite"]
    first = Night(rig, session).run(rows_of(prompts))
    again = Night(rig, session).run(rows_of(prompts))
    fresh = Night(rig, session).run(rows_of(prompts, fresh=True))
    assert [row.is_replayed for row in again] == [True, True]
    assert [row.is_replayed for row in fresh] == [False, False]
    assert not {row.task for row in first} & {row.task for row in fresh}
    assert rig.relay.submits == 4


def forgetting(
    rig: Rig, times: int, *, is_heard_of: bool = True
) -> Callable[[SeenRequest], CannedResponse | ConnectionFate]:
    """
    Return a rule: the server forgets its first *times* tasks.

    Args:
        rig: Whose server.
        times: How many.
        is_heard_of: Whether it tells of each of them once, before.
    """
    told: set[str] = set()

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        tasks = rig.tasks()
        forgotten = [task["id"] for task in tasks][::-1][:times]
        if asked.path.endswith("/fetch"):
            is_forgotten = any(f"/{task_id}/" in asked.path for task_id in forgotten)
            return CannedResponse(200, b"") if is_forgotten else ConnectionFate.PASS
        if asked.path.endswith("/task/list"):
            left = [task for task in tasks if task["id"] not in forgotten]
            return CannedResponse(200, json.dumps(left).encode())
        named = {task_id for task_id in forgotten if task_id in asked.body.decode()}
        if not (asked.is_list and named):
            return ConnectionFate.PASS
        if is_heard_of and not named <= told:
            told.update(named)
            return ConnectionFate.PASS
        return CannedResponse(200, b"[]")

    return rule


@pytest.mark.parametrize(("refunds", "cost"), [(True, 1), (False, 2)])
def test_a_lost_task_is_drawn_again_once(
    rig: Rig,
    refunds: bool,  # noqa: FBT001 - pytest gives it
    cost: float,
) -> None:
    """The server was restarted without its memory: the row is not left, and what it cost counts."""
    night = Night(rig, rig.open(replay=True, refunds=refunds))
    night.rule = forgetting(rig, 1)
    batch = night.run(rows_of(["a red kite"]))
    assert standings(batch) == [RowStatus.DONE]
    assert (batch.cost, rig.relay.submits) == (cost, 2)
    assert sum("lost, and drawn again" in line for line in night.lines) == 1


def test_what_was_never_heard_of_is_not_drawn_again(night: Night, rig: Rig) -> None:
    """It was accepted, and nothing shows that it is not drawn: the row is left, and counts."""
    night.rule = forgetting(rig, 1, is_heard_of=False)
    batch = night.run(rows_of(["a red kite"]))
    assert standings(batch) == [RowStatus.LEFT]
    assert (batch.cost, rig.relay.submits) == (1, 1)


def test_what_is_lost_time_and_again_is_not_paid_for_all_night(rig: Rig) -> None:
    """The second loss ends the row, with its reason; another run may try again."""
    night = Night(rig, rig.open(replay=True, refunds=False))
    night.rule = forgetting(rig, 2)
    batch = night.run(rows_of(["a red kite"]))
    assert standings(batch) == [RowStatus.FAILED]
    assert (batch.cost, rig.relay.submits) == (2, 2)
    assert "it is lost" in batch[0].why
    again = night.run(rows_of(["a red kite"]))
    assert standings(again) == [RowStatus.DONE]
