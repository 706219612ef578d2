"""The report of the doctor: enough for a maintainer, and nothing that is private."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

import mj_notebook as mj
from mj_notebook.api.report import Known, report_text, shape_of, write_report
from mj_notebook.api.server_checks import CheckResult
from mj_notebook.errors import MJError, StoreError
from mj_notebook.protocol.models import Task
from mj_notebook.settings.places import database_address
from mj_notebook.settings.settings import Secret, Settings
from mj_notebook.store.history import Store
from mj_notebook.store.records import StoredTask
from tests.support.postgres import PostgresServer
from tests.support.rig import PLANTED_SECRET, SECRET

PROMPT = "a heron that nobody may know of --seed 4711"
HOME = Path("/home/ada")
PLANTED = Secret("pl4nted-s3cret-of-ours")
NOW = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)


def stored(reply: dict[str, object]) -> StoredTask:
    """Return a task of history that a server told of in *reply*."""
    task = Task(
        id="17",
        action="IMAGINE",
        status="FAILURE",
        prompt=PROMPT,
        fail_reason=str(reply.get("failReason", "")),
        reply=msgspec.Raw(json.dumps(reply).encode()),
    )
    return StoredTask(
        *("proxy.lan:8080", task, 1, "Imagine", PROMPT, "state-of-mine", None, None),
        *(1768000000.0, None, None, None),
    )


def known(*findings: CheckResult, reply: dict[str, object] | None = None) -> Known:
    """Return what a report is made from, with much that must not be in it."""
    settings = Settings(
        base_url="http://proxy.lan:8080/mj",
        secret=PLANTED,
        backend_secret=Secret("an0ther-s3cret"),
        image_hosts=("nas.lan",),
        image_base="https://mirror.lan",
        pictures="s3://heap-of-ours/mj",
        store=database_address("postgresql://ada:pa55-word-of-it@db.lan:5433/mj"),
        bearer=True,
        notebook="thesis.ipynb",
    )
    return Known(findings, settings, [stored(reply)] if reply else [], HOME, NOW)


REPLY: dict[str, object] = {
    "id": "1760000000123456",
    "status": "FAILURE",
    "failReason": f"[Invalid parameter] {PROMPT}",
    "imageUrl": "https://cdn.example.com/heron.png?token=abc",
    "properties": {"finalPrompt": PROMPT, PLANTED.reveal(): 1, "a heron": 2},
    "buttons": [{"customId": "MJ::JOB::upsample::1::uuid", "label": "U1"}] * 4,
}


@pytest.mark.parametrize(
    "private",
    [
        *("heron", "4711", "1760000000123456", "cdn.example.com", "uuid", "state-of-mine"),
        *(PLANTED.reveal(), "an0ther-s3cret", "sk-" + "a1" * 12, "hunter22", "/home/ada"),
        *("proxy.lan", "nas.lan", "thesis", "relay.corp", "10.1.2.3"),
        *("db.lan", "ada@", "pa55-word-of-it", "mirror.lan", "heap-of-ours"),
    ],
)
def test_nothing_private_is_in_it(private: str) -> None:
    """Not by an answer, a setting, or a sentence of the doctor."""
    text = report_text(
        known(
            CheckResult(True, "The proxy is proxy.lan:8080"),
            CheckResult(False, f"It said {PLANTED.reveal()}", "Try sk-" + "a1" * 12),
            CheckResult(True, "History is kept in /home/ada/mj, by http://ada:hunter22@proxy.lan"),
            CheckResult(True, "The way there is through relay.corp:3128 and 10.1.2.3:80"),
            CheckResult(True, "History is kept in ada@db.lan/mj, or pa55-word-of-it"),
            CheckResult(True, "Pictures are on mirror.lan and in s3://heap-of-ours/mj"),
            CheckResult(True, "Set otherwise than usual: image_hosts=('nas.lan',)"),
            reply=REPLY,
        )
    )
    assert private not in text


def test_what_helps_is_in_it() -> None:
    """Versions, findings, settings by name, causes, and the fields of answers with their kinds."""
    text = report_text(known(CheckResult(True, "mj_notebook 0.1.0"), reply=REPLY))
    for told in (
        *("a report of 2026-01-15 12:30 UTC", "Python", "ok   mj_notebook 0.1.0"),
        *("bearer = True", "image_hosts is set", "2026-01-09 23:06  IMAGINE  FAILURE"),
        '1 x {"buttons": [{"customId": "text", "label": "text"}], "failReason": "text"',
        '"properties": {"finalPrompt": "text", "other keys": 2}, "status": "FAILURE"}',
    ):
        assert told in text


def test_shapes_are_bounded() -> None:
    """What is nested without an end, or has endless keys, stays small."""
    deep: object = "end"
    for _ in range(1000):
        deep = {"a": [deep]}
    wide = {"a" * (n % 30 + 1) + "b" * (n // 30): n for n in range(5000)}
    assert len(json.dumps(shape_of(deep))) < 200
    assert len(json.dumps(shape_of(wide))) < 6000


@pytest.mark.usefixtures("proxy")
def test_a_real_session_is_reported(tmp_path: Path) -> None:
    """From a notebook: the file is written once, tells what was answered, and holds no prompt."""
    job = mj.imagine("a heron").accepted()
    job.cancel()
    with pytest.raises(MJError):
        job.wait()
    path = tmp_path / "report.md"
    found = mj.doctor(path)
    assert found[-1].what == "A report is in report.md"
    text = path.read_text("utf-8")
    assert '"prompt": "text"' in text
    assert '"status": "CANCEL"' in text
    assert not [private for private in ("heron", SECRET) if private in text]
    with pytest.raises(StoreError, match="is there already"):
        mj.doctor(path)


def test_failures_of_a_shared_history_are_reported(
    postgres: PostgresServer, new_kernel: None, tmp_path: Path
) -> None:
    """They are read where the history is kept, which need not be a file."""
    del new_kernel
    address = postgres.emptied()
    with Store(tmp_path / "mj", address=address) as store:
        reply = msgspec.Raw(b'{"id":"17","action":"IMAGINE","status":"FAILURE"}')
        failed = Task(id="17", action="IMAGINE", status="FAILURE", reply=reply)
        store.save_tasks([("proxy.lan", failed)])
    mj.configure(store=f"postgresql://admin:{PLANTED_SECRET}@127.0.0.1:{postgres.port}/postgres")
    path = tmp_path / "report.md"
    write_report(path, [])
    text = path.read_text("utf-8")
    assert "IMAGINE  FAILURE" in text
    assert PLANTED_SECRET not in text
