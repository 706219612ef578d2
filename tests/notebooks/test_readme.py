"""README and the pages of the documentation as they are: every block is run, on the demo server."""

import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
import pytest
from PIL import Image

from mj_notebook.__main__ import command_line
from mj_notebook.errors import StoreError
from mj_notebook.prompt.lint import check_prompt
from mj_notebook.prompt.lint_case import Place
from mj_notebook.prompt.rules import rule_book
from mj_notebook.settings.places import database_address, pictures_address
from mj_notebook.settings.readers import environment_settings, with_changes
from mj_notebook.settings.settings import Settings
from mj_notebook.store.history import Store
from tests.kernel.isolation import isolated_environment
from tests.notebooks.runner import execute
from tests.store.making import intend
from tests.support.pages import DOCS, PAGES, README, Block, blocks_of
from tests.support.ports import KeptPort
from tests.support.postgres import PostgresServer
from tests.support.rig import PLANTED_SECRET

pytestmark = pytest.mark.notebooks

QUICK = {"MJ_DEMO_SECONDS": "0.2", "MJ_DEMO_SIZE": "256"}
# Installing is what CI begins with; opening the notebook's page is the person's.
CURL_GOT_NOTHING = 52
NOT_HERE = ("pip install", "export MJ_BASE_URL=", "jupyter lab")
OFFLINE = DOCS / "howto" / "hand-over.md"


def is_cell(block: Block) -> bool:
    """Whether it is for a notebook."""
    return block.language == "python" or block.text.startswith(("%", "kite."))


def is_rules(block: Block) -> bool:
    """Whether it is a file of rules."""
    return block.language == "toml"


def is_environment(block: Block) -> bool:
    """Whether it sets variables, for whoever sets them for others."""
    return block.text.startswith("MJ_")


def is_compose(block: Block) -> bool:
    """Whether it is a file for Docker Compose."""
    return block.language == "yaml"


def is_sql(block: Block) -> bool:
    """Whether it is for whoever runs a database."""
    return block.language == "sql"


def is_moving(block: Block) -> bool:
    """Whether it moves a history between places that only a team has."""
    return block.text.startswith("python -m mj_notebook move")


def is_command(block: Block) -> bool:
    """Whether it is for a command line."""
    is_file = is_rules(block) or is_compose(block) or is_environment(block) or is_sql(block)
    is_file = is_file or is_moving(block)
    return not is_cell(block) and not is_file and not block.text.startswith(NOT_HERE)


def cells(page: Path) -> list[str]:
    """Return what is for a notebook on a page."""
    return [re.sub(" {3,}#.*", "", block.text) for block in blocks_of(page) if is_cell(block)]


BLOCKS = [block for page in PAGES for block in blocks_of(page)]
COMMANDS = list(dict.fromkeys(block.text for block in BLOCKS if is_command(block)))
# Going offline comes last, as nobody is asked then.
WITH_CELLS = sorted((page for page in PAGES if cells(page)), key=lambda page: page == OFFLINE)


def write_notebook(path: Path, sources: list[str]) -> Path:
    """Write a notebook of code cells."""
    nbformat = import_module("nbformat")  # as in the runner: it costs a second
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in sources])
    nbformat.write(book, path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a reader's folder: a picture of theirs, and a notebook of the first three cells."""
    made = tmp_path_factory.mktemp("reader")
    Image.new("RGB", (96, 64), (200, 30, 30)).save(made / "sketch.png")
    sources = tmp_path_factory.mktemp("written")
    execute(write_notebook(sources / "study.ipynb", cells(README)[:3]), made, environment=QUICK)
    return made


@pytest.mark.timeout(600)
def test_every_cell_runs(folder: Path, tmp_path: Path) -> None:
    """Each page from top to bottom, with no names but its own; one kernel does for all of them."""
    sources = []
    for page in WITH_CELLS:
        sources += ["%reset -f -s", *cells(page)]
    ran = execute(write_notebook(tmp_path / "pages.ipynb", sources), folder, environment=QUICK)
    assert ran.errors == []
    assert len(WITH_CELLS) > 10
    assert (folder / "lighthouse.png").exists()
    assert (folder / "tiles").is_dir()
    assert (folder / "study.zip").exists()


def test_the_snippet_needs_no_extension(folder: Path, tmp_path: Path) -> None:
    """The Python alone shows what it draws, complete where nobody waits."""
    snippet = next(text for text in cells(README) if "import mj_notebook as mj" in text)
    book = write_notebook(tmp_path / "snippet.ipynb", [f"{snippet}\njob"])
    ran = execute(book, folder, environment=QUICK)
    assert ran.errors == []
    assert ran.shown("image/jpeg")


@pytest.fixture
def port() -> Iterator[int]:
    """Give the port that takes the place of the one on the page."""
    port = KeptPort()
    yield port.number
    port.close()


@pytest.fixture
def served(request: pytest.FixtureRequest, folder: Path, port: int) -> Iterator[str]:
    """Start the server that a block begins with; return the rest of the block."""
    first, _, rest = request.param.partition("\n")
    line = first.replace(" --port 8123", "").replace("python", sys.executable, 1)
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"exec {line} --port {port}"],
        cwd=folder,
        env=isolated_environment(folder, QUICK),
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield rest
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise TimeoutError("The server did not start.")


def run(line: str, folder: Path, code: int = 0) -> str:
    """Run a line as a person does, which ends with *code*, and return what it prints."""
    line = line.replace("python -m", f"{sys.executable} -m")
    ran = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=folder,
        env=isolated_environment(folder, QUICK),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.parametrize("served", [text for text in COMMANDS if " serve " in text], indirect=True)
def test_a_block_with_a_server(served: str, folder: Path, port: int) -> None:
    """The server starts as it is written there, and answers what is asked below."""
    if not served:
        # An engine is not asked before something is drawn; the server itself is there.
        return
    assert served.startswith("curl")
    assert shutil.which("curl")
    code = CURL_GOT_NOTHING if "mj-fault: lose" in served else 0
    answer = run(re.sub(r"localhost:(8123|8080)", f"localhost:{port}", served), folder, code)
    told: dict[str, Any] = json.loads(answer) if answer.strip() else {}
    assert told.get("code", 1) in (1, 22)


@pytest.mark.parametrize("text", [text for text in COMMANDS if " serve " not in text])
def test_a_command(text: str, folder: Path) -> None:
    """What stands there for a command line does what it says."""
    run(text.partition("  #")[0], folder)


def test_the_file_of_rules_is_read(tmp_path: Path) -> None:
    """It is taken as it stands there, and does what is written beside its lines."""
    (text,) = (block.text for block in BLOCKS if is_rules(block))
    path = tmp_path / "rules.toml"
    path.write_text(text, "utf-8")
    book = rule_book(with_changes(Settings(), rules=path).rules)
    prompt = "two cats --mystyle --mystile --ar 1:1 --ar 1:1 --v 7"
    found = check_prompt(prompt, Place(), book).findings
    assert {(one.rule, str(one.severity)) for one in found} == {
        ("unknown-parameter", "error"),
        ("no-cats", "warn"),
    }


def test_what_an_administrator_sets_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each variable of the page for teams means a setting, and its value is taken."""
    (text,) = (block.text for block in BLOCKS if is_environment(block))
    names = []
    for line in text.splitlines():
        name, _, value = line.partition("  #")[0].strip().partition("=")
        monkeypatch.setenv(name, value)
        names.append(name)
    settings = environment_settings()
    assert names == ["MJ_STORE", "MJ_STORE_PASSWORD", "MJ_PICTURES", "MJ_BASE_URL"]
    assert settings.pictures == "s3://midjourney/pictures"
    assert settings.base_url == "https://proxy.example.com"
    assert "db.lab" in str(settings.store)


def test_what_a_team_runs_is_what_its_settings_name() -> None:
    """The file for Docker Compose can be read, and has the user and the database they name."""
    (text,) = (block.text for block in BLOCKS if is_compose(block))
    services = import_module("yaml").safe_load(text)["services"]
    assert services["db"]["environment"]["POSTGRES_USER"] == "lab"
    assert services["db"]["environment"]["POSTGRES_DB"] == "midjourney"
    assert services["pictures"]["image"] == "minio/minio"


def test_what_keeps_a_budget_from_being_raised_is_understood(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    """Tables of another role, made as the page says: people ask, and have the budget it names."""
    first, second = (re.sub(" +--.*", "", block.text) for block in BLOCKS if is_sql(block))
    with postgres.connected() as admin:
        for role in ("keeper", "lab"):
            admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PLANTED_SECRET}'".encode())
        admin.execute("CREATE DATABASE midjourney OWNER keeper")
    keeper, lab = (postgres.address("midjourney", user=name) for name in ("keeper", "lab"))
    connected = psycopg.connect(keeper.url, password=PLANTED_SECRET, autocommit=True)
    with connected as own:
        own.execute(first.encode())
        with pytest.raises(StoreError, match="Whoever owns its tables opens it once"):
            Store(tmp_path, address=lab)
        Store(tmp_path, address=keeper).close()
        own.execute(second.encode())
    with Store(tmp_path, address=lab) as store:
        assert intend(store)
        for person, budget in (("ada", 100), ("bob", 20)):
            store.user = person
            assert store.charges.budget(store.user) == budget
        with pytest.raises(StoreError, match="you may read it and not write to it"):
            store.database.write("UPDATE budgets SET credits = 1000", ())
    with postgres.connected() as admin:
        admin.execute("DROP DATABASE midjourney")
        admin.execute("DROP ROLE keeper, lab")


def test_what_moves_a_history_is_understood() -> None:
    """Its places are those that the page sets; that it moves is a test of its own."""
    (text,) = (block.text for block in BLOCKS if is_moving(block))
    asked = command_line().parse_args(shlex.split(text)[3:])
    assert database_address(asked.target).shown == "postgresql://db.lab/midjourney"
    assert pictures_address(asked.target_pictures) == "s3://midjourney/pictures"


def test_no_block_is_left_out() -> None:
    """Each is a cell, a command, a file, or one of those that install and open pages."""
    kinds = (is_cell, is_command, is_rules, is_compose, is_environment, is_sql, is_moving)
    others = [each for each in BLOCKS if not any(is_kind(each) for is_kind in kinds)]
    assert all(block.text.startswith(NOT_HERE) for block in others)
    assert {each.partition(" ")[0] for each in COMMANDS} == {"python"}
