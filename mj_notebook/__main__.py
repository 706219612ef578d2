"""The command ``python -m mj_notebook``: the demo server, notebooks for git, bundles, moving."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mj_notebook._version import __version__
from mj_notebook.errors import MJError, UsageError, WaitInterrupted
from mj_notebook.language import translated
from mj_notebook.language.asked import by_command
from mj_notebook.server.faults import FAULT_HEADER, fault_table, read_fault
from mj_notebook.settings.paths import given_path
from mj_notebook.settings.settings import Secret

if TYPE_CHECKING:
    from mj_notebook.server.config import BackendChoice

_Value = TypeVar("_Value")

_INTERRUPTED = 130  # what shells make of an interrupt
_UNRESTRICTED_HOSTS = {"", "0.0.0.0", "::"}  # noqa: S104 - compared, not opened


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with *arguments*, the process's own by default; return its exit code."""
    asked = command_line().parse_args(arguments)
    try:
        with by_command():
            return int(asked.run(asked))
    except MJError as error:
        print(f"mj-notebook: {error}", file=sys.stderr)
        # Scripts tell an interrupt from a failure by it.
        return _INTERRUPTED if isinstance(error, WaitInterrupted) else 1
    except KeyboardInterrupt:
        return _INTERRUPTED


def command_line() -> argparse.ArgumentParser:
    """Return what reads the arguments of the command line."""
    parser = argparse.ArgumentParser(
        prog="mj-notebook", description="Midjourney pictures in a notebook."
    )
    parser.add_argument("--version", action="version", version=f"mj-notebook {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_serve(commands)
    _add_strip(commands)
    faults = commands.add_parser("faults", help="list what `serve --fault` can make go wrong")
    faults.set_defaults(run=_list_faults)
    doctor = commands.add_parser("doctor", help="look whether everything is in order")
    doctor.add_argument(
        "--report",
        type=_path,
        metavar="FILE",
        help="write there what a maintainer needs: no secret, prompt or address",
    )
    doctor.set_defaults(run=_doctor)
    _add_bundle(commands)
    _add_move(commands)
    return parser


def _add_serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    # Here, since the words of --help list them; the server itself is loaded by `serve` alone.
    from mj_notebook.server.http.dialects import DIALECTS

    serve = commands.add_parser(
        "serve",
        help="run the demo server: a midjourney-proxy that paints by itself",
        description="Run the demo server: a midjourney-proxy that paints by itself.",
        epilog=_FAULTS_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    serve.add_argument("--host", default="127.0.0.1", help="where to listen (%(default)s)")
    serve.add_argument(
        "--port", type=_number(0, 65535), default=8080, help="0 takes any free one (%(default)s)"
    )
    serve.add_argument(
        "--secret",
        # From the environment too: what is typed stands in the shell's history.
        default=os.environ.get("MJ_API_SECRET", ""),
        help="what clients must send as mj-api-secret (MJ_API_SECRET; none lets everybody in)",
    )
    serve.add_argument(
        "--seconds", type=_seconds, default=8.0, help="how long a grid takes (%(default)s)"
    )
    serve.add_argument("--folder", type=_path, help="where tasks are kept (else in memory)")
    serve.add_argument(
        "--core-size", type=_number(1, 10_000), default=3, help="tasks at once (%(default)s)"
    )
    serve.add_argument(
        "--queue-size", type=_number(0, 100_000), default=10, help="tasks waiting (%(default)s)"
    )
    serve.add_argument(
        "--size", type=_number(64, 4096), default=2048, help="a square grid's side (%(default)s)"
    )
    serve.add_argument(
        "--remix", action="store_true", help="Remix mode: 🔄, V, Vary and Pan ask for a prompt"
    )
    serve.add_argument(
        "--dialect",
        choices=DIALECTS,
        default="plus",
        help="answer like another server of the family: %(choices)s (%(default)s)",
    )
    _add_backend(serve)
    serve.add_argument(
        "--hook-host",
        action="append",
        default=[],
        metavar="HOST",
        help="a host that callbacks may go to, * for any (with a secret, this machine's own too)",
    )
    serve.add_argument(
        "--allow-hooks",
        action="store_true",
        help="without a secret, let callbacks go to this machine's own ports",
    )
    serve.add_argument(
        "--open",
        action="store_true",
        help="without a secret, answer other machines and the pages of any site",
    )
    serve.add_argument(
        "--fault",
        action="append",
        default=[],
        type=_fault,
        metavar="SPEC",
        help="something to go wrong on purpose, several times if you like; see below",
    )
    serve.set_defaults(run=_serve)


def _add_backend(serve: argparse.ArgumentParser) -> None:
    serve.add_argument(
        "--backend",
        default=os.environ.get("MJ_BACKEND", "painter"),
        help="what draws: painter, openai, a1111, sdcpp, comfy, or one of a package (%(default)s);"
        " a key that it wants is read from MJ_BACKEND_SECRET",
    )
    serve.add_argument(
        "--backend-url",
        default=os.environ.get("MJ_BACKEND_URL", ""),
        metavar="URL",
        help="where that engine answers (MJ_BACKEND_URL; else where such engines usually listen)",
    )
    serve.add_argument(
        "--model",
        default=os.environ.get("MJ_BACKEND_MODEL", ""),
        help="what it is to draw with (MJ_BACKEND_MODEL; else it decides)",
    )
    workflow = os.environ.get("MJ_BACKEND_WORKFLOW")
    serve.add_argument(
        "--workflow",
        type=Path,
        default=Path(workflow) if workflow else None,
        metavar="FILE",
        help="what ComfyUI does, saved there as API format (MJ_BACKEND_WORKFLOW)",
    )


_FAULTS_HELP = f"""\
faults, written NAME[=VALUE][@ROUTE][ xN| N%], as in "fail=46@imagine x2" or "html@fetch 30%":
{fault_table()}

One request asks for its own with the header {FAULT_HEADER}: SPEC, a submit also with
[{FAULT_HEADER}: SPEC] in its prompt."""


def _add_bundle(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    bundle = commands.add_parser(
        "bundle",
        help="pack a notebook, its history and its pictures into one file",
        description="Pack a notebook as it lies on disk, the history of the tasks in its outputs,"
        " and their pictures into one file that `%%mj offline` runs from.",
    )
    bundle.add_argument("notebook", type=_path, help="an .ipynb file")
    bundle.add_argument("zip", type=_path, help="the file to write")
    bundle.add_argument("--force", action="store_true", help="replace a file of that name")
    bundle.set_defaults(run=_bundle)


def _bundle(asked: argparse.Namespace) -> int:
    from mj_notebook.api.bundle.commands import bundle
    from mj_notebook.errors import UsageError

    if asked.zip.suffix.lower() == ".ipynb":
        raise UsageError(
            translated(
                "The notebook comes first and the bundle second, and {file} is a notebook.",
                file=asked.zip.name,
            ),
            hint=translated(
                "Write python -m mj_notebook bundle {file} {notebook}.",
                file=asked.zip,
                notebook=asked.notebook,
            ),
        )
    print(bundle(asked.zip, asked.notebook, force=asked.force))
    return 0


def _add_move(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    move = commands.add_parser(
        "move",
        help="copy a history with its pictures into another place",
        description="Copy a history with its pictures into another place, and compare the two. What"
        " was interrupted goes on when it is called again; nothing of the source is changed.",
    )
    where = "a folder, or postgresql://user@host/database (its password: MJ_STORE_PASSWORD)"
    move.add_argument("source", help=where)
    move.add_argument("target", help="the same; what it holds already stays")
    shared = "where its pictures are shared (a database: MJ_PICTURES; a folder: in it)"
    move.add_argument("--source-pictures", metavar="ADDRESS", help=shared)
    move.add_argument("--target-pictures", metavar="ADDRESS", help="the same of the target")
    move.set_defaults(run=_move)


def _move(asked: argparse.Namespace) -> int:
    from mj_notebook.api.moving import move_history

    moved = move_history(
        asked.source,
        asked.target,
        source_pictures=asked.source_pictures,
        target_pictures=asked.target_pictures,
        # Progress to the side: what is printed can be piped on.
        say=lambda step: print(f"{step} …", file=sys.stderr, flush=True),
    )
    print(moved)
    # A script must not delete the source of a move that left something out.
    return 0 if moved.is_whole else 1


def _list_faults(_: argparse.Namespace) -> int:
    print(_FAULTS_HELP)
    return 0


def _doctor(asked: argparse.Namespace) -> int:
    from mj_notebook.api.doctor import doctor

    findings = doctor(asked.report)
    print(findings)
    return 0 if findings.is_ok else 1


def _serve(asked: argparse.Namespace) -> int:
    from mj_notebook.server.config import LOOPBACK, Config, Timing
    from mj_notebook.server.runner import Runner, stop_signals

    backend = _backend(asked)
    is_guarded = bool(asked.secret)
    # Without a secret anybody could make the server call ports of this machine.
    local_hooks = LOOPBACK if is_guarded or asked.allow_hooks else frozenset()
    config = Config(
        secret=Secret(asked.secret),
        # Else any page that a person looks at could use it, and through it their own ports.
        is_open=is_guarded or asked.open,
        takes_local_pages=True,
        folder=asked.folder,
        timing=Timing.of(asked.seconds),
        core_size=asked.core_size,
        queue_size=asked.queue_size,
        remix=asked.remix,
        hook_hosts=frozenset({*local_hooks, *asked.hook_host}),
        picture_side=asked.size,
        faults=tuple(asked.fault),
        faults_on_request=True,
        dialect=asked.dialect,
        backend=backend,
    )
    with Runner(config, host=asked.host, port=asked.port) as runner:
        print(_welcome(runner.base_url, has_secret=bool(config.secret)), flush=True)
        _tell_backend(backend, asked.folder)
        if asked.host in _UNRESTRICTED_HOSTS and not config.secret:
            told = (
                "Anyone who can reach this machine may use it: set --secret."
                if asked.open
                else "Only this machine is answered: set --secret, or --open to let everybody in."
            )
            print(told, file=sys.stderr)
        with stop_signals() as should_stop:
            runner.wait(should_stop)
    print("\nThe server has ended.", flush=True)
    return 0


def _backend(asked: argparse.Namespace) -> "BackendChoice":
    from mj_notebook.server.config import PAINTER, BackendChoice

    if asked.backend == PAINTER:
        return BackendChoice()  # with nothing of a session loaded
    from mj_notebook.api.opening import backend_choice, with_owners
    from mj_notebook.settings.readers import with_changes
    from mj_notebook.settings.settings import Settings

    # The key belongs to the engine that the environment names, whatever the arguments say.
    key = {
        "backend": os.environ.get("MJ_BACKEND") or None,
        "backend_url": os.environ.get("MJ_BACKEND_URL") or None,
        # No option for it: arguments are seen by everybody on the machine.
        "backend_secret": os.environ.get("MJ_BACKEND_SECRET") or None,
    }
    given = {
        "backend": asked.backend,
        "backend_url": asked.backend_url or None,
        "backend_model": asked.model or None,
        "backend_workflow": asked.workflow,
    }
    return backend_choice(with_changes(with_owners(with_changes(Settings(), **key)), **given))


def _tell_backend(backend: "BackendChoice", folder: Path | None) -> None:
    """Say what draws, or why it can't yet: an engine may be started after the server."""
    from mj_notebook.server.backends.choosing import describe_backend
    from mj_notebook.server.config import PAINTER

    if backend.name == PAINTER:
        return
    try:
        print(f"Behind it draws {describe_backend(backend)}.", flush=True)
    except MJError as error:
        print(error, file=sys.stderr)
    if folder is None:
        print("What is drawn is gone with the server: keep it with --folder.", file=sys.stderr)


def _add_strip(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    strip = commands.add_parser(
        "strip",
        help="make notebooks fit for git: no panels, small pictures, no counts",
        description="Make notebooks fit for git: panels and counts go, the static twins stay with"
        " small pictures. A notebook that holds a secret or a home folder is refused.",
    )
    strip.add_argument("notebook", nargs="+", type=_path, help="a notebook, changed in its place")
    strip.add_argument("--output", type=_path, help="write there instead (one notebook)")
    strip.add_argument("--keep-pictures", action="store_true", help="leave pictures as they are")
    strip.set_defaults(run=_strip)


def _strip(asked: argparse.Namespace) -> int:
    from mj_notebook.api.strip import strip

    # The second would write over the first.
    if asked.output is not None and len(asked.notebook) > 1:
        raise UsageError(
            translated("--output takes one notebook."),
            hint=translated("Strip the others by themselves."),
        )
    failed = 0
    for path in asked.notebook:
        try:
            changed = strip(path, asked.output, keep_pictures=asked.keep_pictures)
        except MJError as error:
            print(f"mj-notebook: {error}", file=sys.stderr)
            # The others are stripped all the same; a commit hook sees by the code that one was not.
            failed = 1
        else:
            print(f"{asked.output or path}: {'stripped' if changed else 'nothing to strip'}")
    return failed


def _welcome(base_url: str, *, has_secret: bool) -> str:
    # The secret itself is not repeated: this line ends up in logs.
    header = """ -H "mj-api-secret: $MJ_API_SECRET" """ if has_secret else " "
    return (
        f"The demo server is at {base_url} (Ctrl-C ends it). Try:\n"
        f"  curl {base_url}/mj/submit/imagine -H 'content-type: application/json'"
        f"""{header}-d '{{"prompt":"a red kite"}}'"""
    )


def _number(low: int, high: int) -> Callable[[str], int]:
    """Return what reads a whole number between two others, and says so when it is none."""

    def read_number(text: str) -> int:
        # int() takes "1_000", "+5" and digits of all scripts; a command line means none of these.
        number = int(text) if text.isascii() and text.isdigit() else -1
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(
                translated(
                    "{text!r} is no whole number from {low} to {high}",
                    text=text,
                    low=low,
                    high=high,
                )
            )
        return number

    return read_number


def _argument(read: Callable[[str], _Value]) -> Callable[[str], _Value]:
    """Return *read* for argparse, which tells errors of its own kind alone."""

    def value(text: str) -> _Value:
        try:
            return read(text)
        except MJError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return value


_fault, _path = _argument(read_fault), _argument(given_path)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 3600")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
