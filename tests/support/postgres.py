"""A real PostgreSQL for tests: a cluster of its own in a folder."""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from mj_notebook.settings.places import DatabaseAddress, database_address
from tests.support.ports import KeptPort
from tests.support.rig import PLANTED_SECRET

if TYPE_CHECKING:
    import psycopg

# Nothing of it has to outlive a power cut.
_SETTINGS = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB")
# To make the tables anew takes much longer.
_EMPTY = """
    DO $$ DECLARE one text; BEGIN
        FOR one IN SELECT tablename FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'migrations'
        LOOP EXECUTE format('TRUNCATE %I RESTART IDENTITY CASCADE', one); END LOOP;
        IF to_regclass('migrations') IS NOT NULL THEN
            DELETE FROM migrations WHERE name LIKE '9%';
        END IF;
    END $$
"""
_MAKE_READER = f"""
    DO $$ BEGIN
        IF to_regrole('reader') IS NULL THEN
            CREATE ROLE reader LOGIN PASSWORD '{PLANTED_SECRET}';
        END IF;
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
    END $$
"""


HOW = (
    "install it (Debian: apt install postgresql), or put its folder of programs in MJ_TEST_POSTGRES"
)
"""How to get a PostgreSQL, in the words of a sentence."""


@cache
def postgres_programs() -> Path | None:
    """Return the folder of the programs that make and start a PostgreSQL, None without them."""
    # Debian keeps them where no shell looks, a folder for each version.
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places = [given] if (given := os.environ.get("MJ_TEST_POSTGRES")) else [*kept, None]
    found = (shutil.which("initdb", path=place and str(place)) for place in places)
    return next((Path(program).parent for program in found if program), None)


class PostgresServer:
    """The server, on a free port of this machine; its administrator has a password.

    Attributes:
        port: Where it listens.
        is_running: Whether it was started, and not stopped since.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="mj-postgres-"))
        self.is_running = False
        self._data = self._folder / "data"
        self._kept_port = KeptPort()
        self.port = self._kept_port.number
        password = self._folder / "password"
        password.write_text(PLANTED_SECRET, "utf-8")
        self._user = "postgres" if os.getuid() == 0 else None  # it runs for no root
        if self._user:
            for path in (self._folder, password):
                shutil.chown(path, self._user)
        self._run(
            *("initdb", "--pgdata", str(self._data), "--auth", "scram-sha-256", "--no-sync"),
            *("--username", "admin", "--pwfile", str(password), "-E", "UTF8", "--locale", "C"),
        )
        self.start()

    def start(self) -> None:
        """Start it, the second time on the same port."""
        settings = (
            *_SETTINGS,
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self._folder}",
        )
        options = " ".join((f"-p {self.port}", *(f"-c {one}" for one in settings)))
        log = str(self._folder / "log")
        self._run("pg_ctl", "start", "-w", "-D", str(self._data), "-o", options, "-l", log)
        self.is_running = True

    def stop(self) -> None:
        """Stop it as a machine does that is switched off."""
        self.is_running = False
        self._run("pg_ctl", "stop", "-w", "-D", str(self._data), "-m", "immediate")

    def emptied(self) -> DatabaseAddress:
        """Return the address of a history in which nothing is."""
        self.ask(_EMPTY)
        return self.address()

    def address(
        self,
        database: str = "postgres",
        *,
        user: str = "admin",
        password: str = PLANTED_SECRET,
    ) -> DatabaseAddress:
        """Return an address there, with the password."""
        at = f"{user}:{password}@127.0.0.1:{self.port}/{database}"
        return database_address(f"postgresql://{at}")

    def reader(self) -> DatabaseAddress:
        """Return the address of the history as somebody knows it who may only read."""
        self.ask(_MAKE_READER)
        return self.address(user="reader")

    def let_write(self, *, is_allowed: bool) -> None:
        """Let everybody who connects from now on write, or only read, as on a stand-by."""
        what = "RESET" if is_allowed else "SET"
        value = "" if is_allowed else " = on"
        with self.connected() as admin:
            admin.execute("SET default_transaction_read_only = off")
            setting = f"{what} default_transaction_read_only{value}"
            admin.execute(f"ALTER DATABASE postgres {setting}".encode())

    def ask(self, statement: str) -> None:
        """Run a statement as its administrator."""
        self.rows(f"{statement}; SELECT 1")

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Ask a question as its administrator."""
        with self.connected() as connection:
            cursor = connection.execute(question)
            while cursor.nextset():
                pass
            return list(cursor.fetchall())

    def connected(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Connect as its administrator; each statement is a transaction of its own."""
        import psycopg

        return psycopg.connect(self.address().url, password=PLANTED_SECRET, autocommit=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [(postgres_programs() or Path()) / program, *arguments],
            check=True,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            user=self._user,
            group=self._user,
            extra_groups=self._user and (),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._kept_port.close()
        shutil.rmtree(self._folder, ignore_errors=True)
