"""What a bundle is: the names in it, and the manifest that vouches for each of them."""

import hashlib
import re

import msgspec

from mj_notebook.errors import UsageError
from mj_notebook.language import counted, spelled, translated
from mj_notebook.view.text import truncate

KIND = "mj-notebook bundle"
VERSION = 1
_COUNTED = ("tasks", "pictures", "notebooks", "answers")
# A stranger's manifest may say anything at any length.
_LONGEST_LINE = 300
MANIFEST, HISTORY, JUDGEMENTS = "manifest.json", "history.jsonl", "judgements.jsonl"

_PICTURE = re.compile(r"pictures/(?P<folder>[0-9a-f]{2})/(?P<sha256>(?P=folder)[0-9a-f]{62})\.\w+")
# Nothing else may stand in a bundle: neither folders of one's own nor ways out of it.
_NAMES = re.compile(
    rf"{re.escape(HISTORY)}|{re.escape(JUDGEMENTS)}|notebook/[^/\\\x00]+\.ipynb|{_PICTURE.pattern}"
)


class FileEntry(msgspec.Struct, frozen=True):
    """What one file of the bundle holds: its hash, and its size in bytes."""

    sha256: str
    size: int


class Gap(msgspec.Struct, frozen=True):
    """
    Something that belongs to the notebook and is not in the bundle.

    Attributes:
        where: Where the notebook shows it ("cell 3").
        step: The button that made it, "" for none.
    """

    task: str
    where: str
    step: str
    prompt: str
    reason: str

    def __str__(self) -> str:
        what = " of ".join(filter(None, (self.step, self.prompt and f"“{self.prompt[:60]}”")))
        place = ", ".join(filter(None, (self.where, what)))
        return one_line(
            translated(
                "Missing: task {task} ({place}): {reason}.",
                task=self.task,
                place=place,
                reason=translated(self.reason),
            )
        )


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """
    The manifest.

    Attributes:
        version: Of the form that a bundle has.
        server: The name in history of the server that drew; it is part of every content key.
        counts: How many tasks, pictures and notebooks there are.
        files: Every other file of the bundle.
        notes: What was changed in the notebook's copy.
    """

    kind: str
    version: int
    made_with: str
    server: str
    counts: dict[str, int]
    files: dict[str, FileEntry]
    missing: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()


def file_entry(content: bytes) -> FileEntry:
    """Return what the manifest says of a file with this content."""
    return FileEntry(hashlib.sha256(content).hexdigest(), len(content))


def picture_name(sha256: str, suffix: str) -> str:
    """Return where the bundle keeps a picture; *suffix* begins with a dot."""
    return f"pictures/{sha256[:2]}/{sha256}{suffix}"


def sha256_of_name(name: str) -> str:
    """Return the hash that the name of a picture tells, "" for other files."""
    found = _PICTURE.fullmatch(name)
    return found["sha256"] if found else ""


def describe_counts(counts: dict[str, int]) -> str:
    """Say how much a bundle holds: "7 tasks, 6 pictures, 1 notebook"."""
    told = [counted(counts[what], what.removesuffix("s")) for what in _COUNTED if counts.get(what)]
    return translated(", ").join(told)


def one_line(text: str) -> str:
    """Return what a stranger's manifest says as one line that a terminal does nothing with."""
    return truncate(text, _LONGEST_LINE)


def is_allowed(name: str) -> bool:
    """Tell whether a bundle may hold a file of that name, beside its manifest."""
    return _NAMES.fullmatch(name) is not None


def write_manifest(manifest: Manifest) -> bytes:
    """Write *manifest*; the same one gives the same bytes."""
    # Indented, as people look into it.
    return msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n"


def read_manifest(content: bytes, source: str) -> Manifest:
    """
    Read the manifest of the bundle called *source*.

    Raises:
        UsageError: It is none, or a newer version of this package wrote it.
    """
    try:
        found = msgspec.json.decode(content)
        version = found["version"] if isinstance(found, dict) else None
        # Before its shape is looked at: a newer one may look otherwise, and "damaged" would be
        # wrong.
        if isinstance(version, int) and found.get("kind") == KIND and version != VERSION:
            raise UsageError(
                translated(
                    "{source} is a bundle of version {version}; this mj_notebook reads {known}.",
                    source=source,
                    version=version,
                    known=VERSION,
                ),
                hint=translated("Run pip install -U mj-notebook."),
            )
        manifest = msgspec.convert(found, Manifest)
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError, RecursionError):
        raise damaged_bundle_error(source, translated("its manifest can't be read")) from None
    if manifest.kind != KIND:
        raise damaged_bundle_error(source, translated("its manifest is that of something else"))
    return manifest


def damaged_bundle_error(source: str, what: str) -> UsageError:
    """Return the error for a bundle that can't be trusted."""
    return UsageError(
        translated("{source} can't be opened as a bundle: {what}.", source=source, what=what),
        hint=translated(
            "Nothing of it was used; ask for the file again, or make it again with {way}.",
            way=spelled("%mj bundle", "mj.bundle(path)"),
        ),
    )
