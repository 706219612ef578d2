"""Opening a bundle that came from somebody else: everything in it is checked before it is used."""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec

from mj_notebook.api.bundle.entries import Entry, add_entry
from mj_notebook.api.bundle.manifest import (
    HISTORY,
    JUDGEMENTS,
    MANIFEST,
    Manifest,
    damaged_bundle_error,
    describe_counts,
    is_allowed,
    one_line,
    read_manifest,
    sha256_of_name,
)
from mj_notebook.client.offline import GO_ONLINE
from mj_notebook.errors import MJError, UsageError
from mj_notebook.language import translated
from mj_notebook.language.sentences import reason_of
from mj_notebook.protocol.models import Task
from mj_notebook.settings.paths import refuse_endless
from mj_notebook.store.history import Store
from mj_notebook.store.judgement_files import JudgementEntry
from mj_notebook.store.judgements import Judgement
from mj_notebook.store.pictures import Picture

# More than any study has; what is larger is made to fill the memory.
_MAX_FILES = 200_000
# A small archive may unpack to any size; texts are held in memory whole, pictures one by one.
_MAX_TEXT_BYTES = 256_000_000
_MAX_FILE_BYTES = 500_000_000
# A bit of the archive format's general purpose flags.
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class BundleSummary:
    """
    A bundle that was opened.

    Attributes:
        fingerprint: The SHA-256 of its manifest, which vouches for all the rest.
    """

    name: str
    manifest: Manifest
    fingerprint: str

    @classmethod
    def of(cls, bundle: "Bundle") -> "BundleSummary":
        """Tell of *bundle*."""
        return cls(bundle.name, bundle.manifest, bundle.fingerprint)

    def __repr__(self) -> str:
        told = translated(
            "Offline with {name}: {counts} of {server}; all hashes are right (manifest {hash}).",
            name=self.name,
            counts=describe_counts(self.manifest.counts),
            server=one_line(self.manifest.server) or translated("no server"),
            hash=self.fingerprint[:12],
        )
        notes, missing = map(one_line, self.manifest.notes), map(str, self.manifest.missing)
        return "\n".join([f"{told} {translated(GO_ONLINE)}", *notes, *missing])


class Bundle:
    """
    A bundle that is open to be read.

    Args:
        path: Its file.
        called: What it is called in sentences, by default its own name.

    Raises:
        UsageError: It is not there, or it is no bundle.
    """

    def __init__(self, path: Path, *, called: str = "") -> None:
        self.name = called or path.name
        try:
            # A pipe would be waited for without end.
            refuse_endless(path)
            self._file = zipfile.ZipFile(path)
        # The library says NotImplementedError of zip features it can't read.
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise damaged_bundle_error(
                self.name, translated("it is no zip file, or not a whole one")
            ) from error
        except OSError as error:
            said = reason_of(error)
            raise UsageError(
                translated("The bundle {name} can't be read: {said}.", name=self.name, said=said),
                hint=translated("Give its path, from where the notebook runs."),
            ) from error
        try:
            self._entries = self._check_entries()
            self.manifest = read_manifest(self._content(MANIFEST), self.name)
            self._compare()
        except BaseException:
            # Nobody gets an object whose file could be closed when the constructor raises.
            self._file.close()
            raise

    def _check_entries(self) -> dict[str, zipfile.ZipInfo]:
        listed = self._file.infolist()
        entries = {entry.filename: entry for entry in listed}
        # Which of two files of one name is unpacked is up to each program: hashes would vouch for
        # one only.
        if len(entries) != len(listed):
            raise damaged_bundle_error(self.name, translated("a name stands in it twice"))
        if len(entries) > _MAX_FILES:
            raise damaged_bundle_error(self.name, translated("it holds too many files"))
        if MANIFEST not in entries:
            raise damaged_bundle_error(self.name, translated("it has no manifest"))
        for name, entry in entries.items():
            if name != MANIFEST and not is_allowed(name):
                raise damaged_bundle_error(
                    self.name,
                    translated("it holds {name!r}, which has no place in one", name=name[:80]),
                )
            if entry.flag_bits & _ENCRYPTED:
                raise damaged_bundle_error(
                    self.name, translated("{name} is locked with a password", name=name)
                )
            most = _MAX_FILE_BYTES if sha256_of_name(name) else _MAX_TEXT_BYTES
            if entry.file_size > most:
                raise damaged_bundle_error(self.name, translated("{name} is too large", name=name))
            # As it is written here; stored, a picture can't unpack to more than it weighs.
            if sha256_of_name(name) and entry.compress_type != zipfile.ZIP_STORED:
                raise damaged_bundle_error(
                    self.name, translated("{name} is packed in another way", name=name)
                )
        return entries

    def _compare(self) -> None:
        """Compare the names and sizes with those that the manifest vouches for."""
        files, entries = self.manifest.files, set(self._entries) - {MANIFEST}
        for name in sorted(set(files) - entries):
            raise damaged_bundle_error(self.name, translated("{name} is missing", name=name[:80]))
        for name in sorted(entries - set(files)):
            raise damaged_bundle_error(
                self.name, translated("{name} is not in its manifest", name=name)
            )
        for name, part in files.items():
            # Names and sizes at once, contents when they are read: opening stays quick.
            if self._entries[name].file_size != part.size:
                raise damaged_bundle_error(
                    self.name,
                    translated("{name} has another size than its manifest says", name=name),
                )
            if sha256_of_name(name) not in {"", part.sha256}:
                raise damaged_bundle_error(
                    self.name, translated("{name} is not called by its hash", name=name)
                )
        if HISTORY not in files:
            raise damaged_bundle_error(self.name, translated("it has no history"))

    @property
    def fingerprint(self) -> str:
        """The hash of the manifest, which vouches for everything else."""
        return hashlib.sha256(self._content(MANIFEST)).hexdigest()

    def content(self, name: str) -> bytes:
        """Return a file of the bundle, compared with its hash."""
        content = self._content(name)
        if hashlib.sha256(content).hexdigest() != self.manifest.files[name].sha256:
            raise damaged_bundle_error(
                self.name, translated("{name} was changed: its hash is another one", name=name)
            )
        return content

    def _content(self, name: str) -> bytes:
        entry = self._entries[name]
        try:
            with self._file.open(entry) as stream:
                # A size that lies must not fill the memory.
                content = stream.read(entry.file_size + 1)
        except Exception as error:  # a broken archive may fail in any way
            raise damaged_bundle_error(
                self.name, translated("{name} can't be unpacked", name=name)
            ) from error
        if len(content) != entry.file_size:
            raise damaged_bundle_error(
                self.name, translated("{name} has another size than it says", name=name)
            )
        return content

    def rows(self) -> list[tuple[Entry, Task]]:
        """Return the history: each task, and how it was asked for."""
        found = list(self._rows())
        known = {name for name in map(sha256_of_name, self.manifest.files) if name}
        for row, _ in found:
            if not {picture.sha256 for picture in row.pictures} <= known:
                raise damaged_bundle_error(
                    self.name, translated("its history tells of pictures that it does not hold")
                )
        if _has_circle(row for row, _ in found):
            raise damaged_bundle_error(self.name, translated("one of its tasks comes from itself"))
        if len(found) != self.manifest.counts.get("tasks"):
            raise damaged_bundle_error(
                self.name, translated("its history has another length than its manifest says")
            )
        return found

    def _rows(self) -> Iterator[tuple[Entry, Task]]:
        for number, line in enumerate(self.content(HISTORY).splitlines(), 1):
            try:
                row = msgspec.json.decode(line, type=Entry)
                task = row.snapshot
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                task = None
            if task is None or not task.id or not task.is_final:
                raise damaged_bundle_error(
                    self.name,
                    translated("line {number} of its history makes no sense", number=number),
                )
            yield row, task

    def judgements(self) -> list[Judgement]:
        """Return what raters said of pairs of its pictures."""
        if JUDGEMENTS not in self.manifest.files:
            return []
        shown = {name for name in map(sha256_of_name, self.manifest.files) if name}
        found = []
        for number, line in enumerate(self.content(JUDGEMENTS).splitlines(), 1):
            try:
                one = msgspec.json.decode(line, type=JudgementEntry)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                one = None
            if one is None or not {one.one, one.other} <= shown or one.one >= one.other:
                raise damaged_bundle_error(
                    self.name,
                    translated("line {number} of its judgements makes no sense", number=number),
                )
            found.append(one.judgement)
        return found

    def verify(self) -> None:
        """
        Look at every byte.

        Raises:
            UsageError: Something is not what the manifest says.
        """
        self.rows()
        self.judgements()
        for name in self.manifest.files:
            self.content(name)

    def import_into(self, store: Store) -> None:
        """Write everything into *store*, which is empty."""
        names, rows = {sha256_of_name(name): name for name in self.manifest.files}, self.rows()
        read: dict[str, Picture] = {}  # many tasks may share one picture
        for row, task in rows:
            add_entry(store, row, task)
            for kept in row.pictures:
                known = read.get(kept.sha256)
                content = b"" if known else self.content(names[kept.sha256])
                try:
                    read[kept.sha256] = known or store.pictures.put(content)
                    store.link_picture(
                        row.server,
                        task.id,
                        read[kept.sha256],
                        url=kept.address,
                        role=kept.role,
                        number=kept.number,
                        at=kept.at,
                    )
                except MJError as error:
                    raise damaged_bundle_error(
                        self.name,
                        translated(
                            "{name} is no picture",
                            name=names[kept.sha256],
                        ),
                    ) from error
        store.judgements.add(self.judgements())
        used = {
            HISTORY,
            JUDGEMENTS,
            *(names[kept.sha256] for row, _ in rows for kept in row.pictures),
        }
        for name in sorted(set(self.manifest.files) - used):
            self.content(name)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _has_circle(rows: Iterable[Entry]) -> bool:
    """Tell whether a task is made of what was made of it, however long the way round is."""
    above = {(row.server, str(row.task.get("id"))): (row.server, row.parent or "") for row in rows}
    ended: set[tuple[str, str]] = set()
    for start in above:
        way: dict[tuple[str, str], None] = {}
        task = start
        while task in above and task not in ended:
            if task in way:
                return True
            way[task] = None
            task = above[task]
        ended.update(way)
    return False
