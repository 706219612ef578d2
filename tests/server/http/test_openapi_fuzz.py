"""Whatever a request may hold by the server's own document is answered as the document says."""

import random
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from mj_notebook.server.config import Config
from mj_notebook.server.http.dialects import DIALECTS, PLUS
from mj_notebook.server.http.openapi import MAY_BE_EMPTY
from tests.server.clock import Clock
from tests.server.wire import InProcess, Wire
from tests.support.examples import examples

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
MANY, FEW = examples(6, many=60), examples(3, many=30)
"""Requests for each endpoint of plus, and of the others."""

BUTTONS = (
    *("MJ::JOB::upsample::1::a", "MJ::JOB::reroll::0::a::SOLO", "MJ::JOB::variation::4::a"),
    *("MJ::CustomZoom::a", "MJ::Job::PicReader::1", "MJ::BOOKMARK::a", "MJ::::"),
)


class Fuzzed:
    """A server with a few tasks in it, and its document."""

    def __init__(self, dialect: str) -> None:
        self.clock = Clock()
        config = Config(dialect=dialect, clock=self.clock, picture_side=64, remix=True)
        self.wire = Wire(InProcess(config), self.clock)
        self.document = schemathesis.openapi.from_dict(self.wire.get("/openapi.json"))
        self.ids = [str(self.wire.imagine()["result"]) for _ in range(2)]
        self.clock.advance(100)

    def ask(self, case: Case[Any], chance: random.Random) -> None:
        """Send *case*, about a task that is there as often as not, and judge the answer."""
        if isinstance(case.body, dict) and chance.random() < 0.5:
            known = {"taskId": chance.choice(self.ids), "customId": chance.choice(BUTTONS)}
            case.body.update({key: known[key] for key in known if key in case.body})
        if case.path_parameters and chance.random() < 0.5:
            case.path_parameters["id"] = chance.choice(self.ids)
        sent: dict[str, Any] = case.as_transport_kwargs(base_url="http://127.0.0.1")
        # Cookies mean nothing to the server, and would need another way to be sent.
        sent.pop("cookies", None)
        sent["content"] = sent.pop("data", None)
        answer = self.wire.line.request(**sent)
        response = case.operation.definition.raw["responses"].get(str(answer.status_code), {})
        is_empty = response.get(MAY_BE_EMPTY) and not answer.content
        checks = CHECKS[:2] if is_empty else CHECKS
        # Some servers stumble over what they didn't expect, and so says their document.
        case.validate_response(answer, checks=checks[1:] if response else checks)
        self._remember(answer)
        self.clock.advance(chance.choice([0, 0, 1, 20]))

    def _remember(self, answer: Any) -> None:
        content = answer.json() if answer.content.startswith(b'{"code":') else None
        if isinstance(content, dict) and content.get("code") in {1, 21, 22}:
            self.ids = [*self.ids[:2], *self.ids[2:][-5:], str(content["result"])]


def fuzz(fuzzed: Fuzzed, operation: APIOperation[Any, Any, Any, Any], count: int) -> None:
    """Ask *count* times, by the document and against it."""
    asked = st.one_of([operation.as_strategy(mode) for mode in GenerationMode])

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=asked, seed=st.integers(0, 2**32))
    def ask(case: Case[Any], seed: int) -> None:
        fuzzed.ask(case, random.Random(seed))

    ask()


@pytest.mark.timeout(examples(180, many=3600))
@pytest.mark.parametrize("dialect", [name for name in DIALECTS if DIALECTS[name].has_document])
def test_every_answer_is_one_of_the_documents(dialect: str) -> None:
    """No 5xx, no hang, no status, type or shape that the document doesn't have."""
    fuzzed = Fuzzed(dialect)
    with fuzzed.wire:
        for result in fuzzed.document.get_all_operations():
            assert isinstance(result, Ok), result
            fuzz(fuzzed, result.ok(), MANY if dialect == PLUS.name else FEW)
