"""Writing a bundle: the same content gives the same bytes, and nothing private is in them."""

import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from mj_notebook._version import __version__
from mj_notebook.api.bundle.collect import BundleContents, lines_of
from mj_notebook.api.bundle.manifest import (
    HISTORY,
    JUDGEMENTS,
    KIND,
    MANIFEST,
    VERSION,
    Gap,
    Manifest,
    describe_counts,
    file_entry,
    sha256_of_name,
    write_manifest,
)
from mj_notebook.api.bundle.notebooks import Notebook, home_pattern
from mj_notebook.api.bundle.reader import Bundle
from mj_notebook.errors import UsageError
from mj_notebook.language import spelled, translated
from mj_notebook.settings.paths import replaced
from mj_notebook.settings.settings import Secret
from mj_notebook.view.record import map_texts

R = TypeVar("R", bound=msgspec.Struct)
# The first date that the format has, always: the same content gives the same file.
_DATE = (1980, 1, 1, 0, 0, 0)
# The upper half of the field is the mode as Unix has it; without it files unpack unreadable.
_PLAIN_FILE = 0o644 << 16
_UNIX = 3
# Written out, since a default of the library may change, and the bytes with it.
_LEVEL = 6
ReadPicture = Callable[[str], bytes]
"""What brings the bytes of a picture by its SHA-256."""


@dataclass(frozen=True)
class WrittenBundle:
    """A bundle that was written."""

    path: Path
    manifest: Manifest
    size: int

    @property
    def missing(self) -> tuple[Gap, ...]:
        """What belongs to the notebook and is not in it."""
        return self.manifest.missing

    def __repr__(self) -> str:
        counts = self.manifest.counts
        told = f"{self.path.name}: {describe_counts(counts)}, {self.size / 1e6:.1f} MB."
        return "\n".join([told, *self.manifest.notes, *map(str, self.missing)])


def write_bundle(
    path: Path,
    contents: BundleContents,
    *,
    notebook: Notebook | None,
    read: ReadPicture,
    home: Path,
    secrets: tuple[Secret, ...],
    force: bool,
) -> WrittenBundle:
    """
    Write a bundle to *path*, beside it first, and look through it before it gets its name.

    Raises:
        UsageError: There is a file of that name, it can't be written, or a secret stands in it.
    """
    if path.is_dir():
        raise UsageError(
            translated("{target} is no file.", target=path.name or path),
            hint=translated("Give the name of one."),
        )
    if path.exists() and not force:
        raise _exists_error(path)
    _refuse_secrets(notebook, secrets)
    texts, notes = _texts(contents, notebook, home)
    manifest = _manifest(contents, texts, notes, read)
    # Last, as it holds the hashes of the others.
    texts[MANIFEST] = write_manifest(_without_home(manifest, home))
    with replaced(path) as beside:
        with zipfile.ZipFile(beside, "w") as file:
            for name in sorted([*texts, *contents.pictures]):
                content = texts[name] if name in texts else read(contents.pictures[name])
                # Each file whole, pictures too: servers write prompts into them.
                if any(secret.occurs_in(content) for secret in secrets):
                    raise _secret_in(name)
                _write(file, name, content)
        with Bundle(beside, called=path.name) as written:
            # Read as its receiver will: better found here than there.
            written.verify()
        # Again: packing takes a while, and somebody else may have written there.
        if path.exists() and not force:
            raise _exists_error(path)
    return WrittenBundle(path.resolve(), manifest, path.stat().st_size)


def _texts(
    contents: BundleContents, notebook: Notebook | None, home: Path
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the files that are words, and what was changed in the notebook."""
    texts = {HISTORY: lines_of(_without_home(row, home) for row in contents.rows)}
    if contents.judgements:
        texts[JUDGEMENTS] = lines_of(_without_home(one, home) for one in contents.judgements)
    notes = _other_servers_note(contents)
    if notebook is not None:
        texts[f"notebook/{notebook.name}"], changes = notebook.redacted(home)
        notes += changes
    return texts, notes


def _other_servers_note(contents: BundleContents) -> tuple[str, ...]:
    """Say what can't be replayed: offline there is one server, as its name is part of each key."""
    main = _server(contents)
    others = Counter(row.server for row in contents.rows if row.server != main)
    return tuple(
        translated(
            "Offline only what {main} drew is replayed; {number} of {server} can only be looked"
            " at.",
            main=main,
            number=number,
            server=server,
        )
        for server, number in sorted(others.items())
    )


def _manifest(
    contents: BundleContents,
    texts: dict[str, bytes],
    notes: tuple[str, ...],
    read: ReadPicture,
) -> Manifest:
    parts = {name: file_entry(content) for name, content in texts.items()}
    parts |= {name: file_entry(read(sha256)) for name, sha256 in contents.pictures.items()}
    counts = {
        "tasks": len(contents.rows),
        "pictures": len(contents.pictures),
        "notebooks": sum(name.startswith("notebook/") for name in texts),
    }
    if contents.judgements:
        counts["answers"] = len(contents.judgements)
    return Manifest(
        kind=KIND,
        version=VERSION,
        made_with=__version__,
        server=_server(contents),
        counts=counts,
        files=parts,
        missing=tuple(contents.missing),
        notes=notes,
    )


def _server(contents: BundleContents) -> str:
    """Return the server that drew most of it: offline there is one."""
    drawn = Counter(row.server for row in contents.rows)
    return min(drawn, key=lambda server: (-drawn[server], server), default="")


def _without_home(record: R, home: Path) -> R:
    """Return *record* with ~ for the home folder in all of its texts."""
    pattern = home_pattern(home)
    if pattern is None:
        return record
    plain = map_texts(msgspec.to_builtins(record), lambda text: pattern.sub("~", text))
    return msgspec.convert(plain, type(record))


def _write(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Write one file; pictures are small already, and are kept as they are."""
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
    entry.compress_type = zipfile.ZIP_STORED if sha256_of_name(name) else zipfile.ZIP_DEFLATED
    file.writestr(entry, content, compresslevel=_LEVEL)


def _refuse_secrets(notebook: Notebook | None, secrets: tuple[Secret, ...]) -> None:
    """Say in which cell a secret stands; a person must see it, so nothing is taken out here."""
    found = notebook.find_secret(secrets) if notebook else None
    if notebook and found is not None:
        place = translated("{place} of {name}", place=found.place, name=notebook.name)
        raise _secret_in(place)


def _secret_in(where: str) -> UsageError:
    return UsageError(
        translated("The secret of the proxy stands in {where}; nothing was written.", where=where),
        hint=translated(
            "Take it out (set it with MJ_API_SECRET instead), save the notebook, and try again."
        ),
    )


def _exists_error(target: Path) -> UsageError:
    return UsageError(
        translated("{target} is there already.", target=target.name),
        hint=translated(
            "Give another name, or replace it with {way}.", way=spelled("--force", "force=True")
        ),
    )
