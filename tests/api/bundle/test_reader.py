"""A bundle comes from somebody else: it is used whole and unchanged, or not at all."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mj_notebook.api.bundle.manifest import file_entry
from mj_notebook.api.bundle.reader import Bundle, BundleSummary
from mj_notebook.errors import UsageError
from mj_notebook.store.annotation_values import read_tags
from mj_notebook.store.history import Store
from mj_notebook.store.judgements import Judgement
from tests.api.bundle.study import (
    BUTTON,
    FAILED,
    GRID,
    SINGLE,
    ZOOM,
    Change,
    in_manifest,
    packed,
    png,
    rewritten,
)
from tests.store.making import SERVER, intend

Contents = dict[str, bytes]


def test_history_comes_back_as_it_was(bundle: Path, tmp_path: Path) -> None:
    """Keys, parents, windows, notes and pictures are those of the author."""
    with Store(tmp_path / "other") as other, Bundle(bundle) as opened:
        opened.import_into(other)
        found = [other.finished_family(key) for key in ("k-grid", "k-single", "k-zoom")]
        assert [one.task.task.id for one in found if one] == [GRID, SINGLE, ZOOM]
        assert other.finished_family("k-window") is None
        assert other.offered_prompt(SERVER, SINGLE, BUTTON) == "a red kite --zoom 2"
        zoomed = other.task(ZOOM)
        assert zoomed is not None
        assert (zoomed.kind, zoomed.parent_task, zoomed.custom_id) == ("Action", SINGLE, BUTTON)
        assert other.requests_of(zoomed.intent, SERVER, ZOOM)[1:] == [
            ("Modal", {"taskId": ZOOM, "prompt": "a red kite --zoom 1.5"})
        ]
        asking = other.origin_of(SERVER, GRID)
        assert asking is not None
        assert (asking.mode, asking.rating, asking.notes) == ("fast", 4, "the best")
        assert read_tags(asking.tags)[0] == "cover"
        assert (asking.cost, asking.seed) == (1.5, 7)
        kept = other.picture(SERVER, SINGLE)
        assert kept is not None
        assert other.pictures.read(kept.sha256) == png(1)
        failed = other.task(FAILED)
        assert failed is not None
        assert failed.task.fail_reason == "no answer of the server"


def said_of_it(store: Store) -> list[Judgement]:
    """Let two raters answer for pairs of its pictures, one also of a picture that is elsewhere."""
    one, other, third = sorted(hashlib.sha256(png(shade)).hexdigest() for shade in range(3))
    said = [
        Judgement("s", "Ann", one, other, "one", False, 1.0),
        Judgement("s", "Bo <b>", one, third, "tie", True, 2.0),
    ]
    store.judgements.add([*said, Judgement("s", "Ann", one, "f" * 64, "one", False, 3.0)])
    return said


def test_a_study_goes_on_in_another_history(store: Store, tmp_path: Path) -> None:
    """All answers of both raters to pairs of its pictures are there, and no others."""
    said = said_of_it(store)
    packed(store, tmp_path / "rated.zip")
    with Store(tmp_path / "other") as other, Bundle(tmp_path / "rated.zip") as opened:
        assert "2 answers" in repr(BundleSummary.of(opened))
        opened.import_into(other)
        assert other.judgements.of("s") == said
        other.judgements.save(said[0]._replace(rater="Cy"))
        packed(other, tmp_path / "again.zip")
    with Bundle(tmp_path / "again.zip") as opened:
        assert [one.rater for one in opened.judgements()] == ["Ann", "Bo <b>", "Cy"]


@pytest.mark.parametrize(
    "change",
    [
        {"answer": "best"},
        {"other": "f" * 64},
        {"other": None},
        {"one": "f" * 64, "other": "0" * 64},
        {"rater": ""},
        {"study": "x" * 1001},
        {"at": "now"},
    ],
)
def test_a_judgement_that_makes_no_sense_is_refused(
    store: Store, tmp_path: Path, change: dict[str, Any]
) -> None:
    """One line is enough to trust nothing of it."""
    said_of_it(store)
    packed(store, tmp_path / "rated.zip")

    def spoil(contents: dict[str, bytes]) -> None:
        first, *rest = contents["judgements.jsonl"].splitlines(keepends=True)
        spoiled = json.dumps(json.loads(first) | change).encode() + b"\n"
        contents["judgements.jsonl"] = b"".join([spoiled, *rest])
        files = json.loads(contents["manifest.json"])["files"]
        entry = file_entry(contents["judgements.jsonl"])
        files["judgements.jsonl"] = {"sha256": entry.sha256, "size": entry.size}
        in_manifest(contents, files=files)

    rewritten(tmp_path / "rated.zip", spoil)
    with (
        Bundle(tmp_path / "rated.zip") as opened,
        pytest.raises(UsageError, match="line 1 of its j"),
    ):
        opened.verify()


def test_a_bundle_of_a_bundle_is_the_same(store: Store, bundle: Path, tmp_path: Path) -> None:
    """What was poured out can be packed again: nothing was lost on the way."""
    from tests.api.bundle.study import packed

    with Store(tmp_path / "other") as other, Bundle(bundle) as opened:
        opened.import_into(other)
        again = packed(other, tmp_path / "again.zip", [ZOOM, FAILED]).path
    first = packed(store, tmp_path / "first.zip", [ZOOM, FAILED]).path
    assert again.read_bytes() == first.read_bytes()


def a_picture(contents: Contents) -> str:
    """Return the name of one picture."""
    return next(name for name in contents if name.startswith("pictures/"))


def with_part(contents: Contents, name: str, content: bytes) -> None:
    """Put a file in and let the manifest vouch for it."""
    files = json.loads(contents["manifest.json"])["files"]
    part = file_entry(content)
    contents[name] = content
    in_manifest(contents, files=files | {name: {"sha256": part.sha256, "size": part.size}})


def change_picture(contents: Contents) -> None:
    """Change one byte of a picture."""
    name = a_picture(contents)
    contents[name] = contents[name][:-1] + b"!"


def change_history(contents: Contents) -> None:
    """Change a word of the history."""
    contents["history.jsonl"] = contents["history.jsonl"].replace(b"red", b"bad")


def forget_row(contents: Contents) -> None:
    """Leave the last task out of the history, and vouch for it."""
    lines = contents["history.jsonl"].splitlines(keepends=True)
    with_part(contents, "history.jsonl", b"".join(lines[:-1]))


def with_rows(contents: Contents, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change the rows of the history, and vouch for them."""
    rows = [json.loads(line) for line in contents["history.jsonl"].splitlines()]
    change(rows)
    written = "".join(f"{json.dumps(row)}\n" for row in rows)
    with_part(contents, "history.jsonl", written.encode())
    counts = json.loads(contents["manifest.json"])["counts"]
    in_manifest(contents, counts=counts | {"tasks": len(rows)})


def close_circle(rows: list[dict[str, Any]], length: int) -> None:
    """Let *length* tasks come from one another, round and round."""
    bare = {key: value for key, value in rows[0].items() if key in {"server", "kind"}}
    for number in range(length):
        task = {"id": f"c{number}", "status": "SUCCESS"}
        rows.append(bare | {"task": task, "parent": f"c{(number + 1) % length}"})


def lose_picture(contents: Contents) -> None:
    """Take a picture out of files and manifest, but not out of the history."""
    name = a_picture(contents)
    del contents[name]
    files = json.loads(contents["manifest.json"])["files"]
    del files[name]
    in_manifest(contents, files=files)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.pop("manifest.json"), "it has no manifest"),
        (lambda c: c.update({"manifest.json": b"{"}), "its manifest can't be read"),
        (lambda c: c.update({"manifest.json": b"[" * 100_000}), "its manifest can't be read"),
        (lambda c: c.update({"manifest.json": b"[]"}), "its manifest can't be read"),
        (lambda c: in_manifest(c, files=7), "its manifest can't be read"),
        (lambda c: in_manifest(c, kind="a cake"), "that of something else"),
        (lambda c: in_manifest(c, version=99), "of version 99"),
        (lambda c: c.pop(a_picture(c)), "is missing"),
        (lambda c: c.update({"../evil.py": b""}), "'../evil.py', which has no place"),
        (lambda c: c.update({"/etc/passwd": b""}), "which has no place"),
        (lambda c: c.update({"notebook/../../a.ipynb": b"{}"}), "which has no place"),
        (lambda c: c.update({"notebook/new.ipynb": b"{}"}), "is not in its manifest"),
        (lambda c: with_part(c, f"pictures/ab/ab{'0' * 62}.png", png(9)), "called by its hash"),
        (change_picture, "its hash is another one"),
        (change_history, "its hash is another one"),
        (forget_row, "another length"),
        (lose_picture, "pictures that it does not hold"),
        (lambda c: with_part(c, "history.jsonl", b"{}\n"), "line 1 of its history"),
        *(
            (lambda c, length=length: with_rows(c, lambda r: close_circle(r, length)), "itself")
            for length in (1, 2, 3000)
        ),
        *(
            (lambda c, field=field: with_rows(c, lambda r: r[0].update({field: 2**63})), "line 1")
            for field in ("rating", "seed")
        ),
        (
            lambda c: with_rows(
                c, lambda r: [one["pictures"][0].update(number=2**64) for one in r[:1]]
            ),
            "line 1",
        ),
        (lambda c: with_part(c, "history.jsonl", b"\xff\n"), "line 1 of its history"),
    ],
)
def test_what_was_changed_is_refused(bundle: Path, change: Change, said: str) -> None:
    """One sentence says what is wrong; nothing is guessed and nothing is repaired."""
    rewritten(bundle, change)
    with pytest.raises(UsageError) as caught, Bundle(bundle) as opened:
        opened.verify()
    assert said in str(caught.value)
    assert str(caught.value).startswith("study.zip ")


@pytest.mark.parametrize("keep", [0, 1, 100, -30])
def test_half_a_file_is_refused(bundle: Path, keep: int) -> None:
    """A broken download is no bundle."""
    bundle.write_bytes(bundle.read_bytes()[:keep])
    with pytest.raises(UsageError, match="not a whole one"):
        Bundle(bundle)


def packed_again(path: Path, kinds: dict[str, int], **changes: bytes) -> None:
    """Write the files of a bundle again, some packed (*kinds*) or changed."""
    with zipfile.ZipFile(path) as file:
        contents = {name: file.read(name) for name in file.namelist()} | changes
    with zipfile.ZipFile(path, "w") as file:
        for name, content in contents.items():
            file.writestr(name, content, kinds.get(name, zipfile.ZIP_STORED))


def test_a_bomb_is_refused_before_it_is_unpacked(bundle: Path) -> None:
    """What would fill the memory is told by its size."""
    name = "history.jsonl"
    packed_again(bundle, {name: zipfile.ZIP_DEFLATED}, **{name: bytes(300_000_000)})
    assert bundle.stat().st_size < 1_000_000
    with pytest.raises(UsageError, match=r"history\.jsonl is too large"):
        Bundle(bundle)


def test_a_picture_that_is_packed_is_refused(bundle: Path) -> None:
    """Pictures are kept as they are, so that what is read is never more than the file."""
    with zipfile.ZipFile(bundle) as file:
        name = next(name for name in file.namelist() if name.startswith("pictures/"))
    packed_again(bundle, {name: zipfile.ZIP_DEFLATED})
    with pytest.raises(UsageError, match="is packed in another way"):
        Bundle(bundle)


def test_what_is_not_used_is_checked_too(bundle: Path, tmp_path: Path) -> None:
    """A notebook that was changed is refused, though a history needs none."""

    def forge(contents: Contents) -> None:
        with_part(contents, "notebook/study.ipynb", b"{}")
        contents["notebook/study.ipynb"] = b"[]"

    rewritten(bundle, forge)
    with (
        Store(tmp_path / "other") as other,
        Bundle(bundle) as opened,
        pytest.raises(UsageError, match=r"study\.ipynb was changed"),
    ):
        opened.import_into(other)


def test_a_name_that_stands_twice_is_refused(bundle: Path) -> None:
    """Readers of zip files disagree on which of two counts."""
    with zipfile.ZipFile(bundle, "a") as file, pytest.warns(UserWarning, match="Duplicate name"):
        file.writestr("history.jsonl", b"")
    with pytest.raises(UsageError, match="stands in it twice"):
        Bundle(bundle)


def test_another_zip_is_no_bundle(tmp_path: Path) -> None:
    """Somebody's holiday pictures have no manifest."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("beach.jpg", b"")
    path = tmp_path / "holiday.zip"
    path.write_bytes(held.getvalue())
    with pytest.raises(UsageError, match="has no manifest"):
        Bundle(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """One sentence, without the folder."""
    with pytest.raises(UsageError, match=r"The bundle none\.zip can't be read: no such file"):
        Bundle(tmp_path / "none.zip")


def test_what_is_called_a_picture_must_be_one(bundle: Path, tmp_path: Path) -> None:
    """A hash proves that nothing was changed since, not what it was."""

    def swap(contents: Contents) -> None:
        name, words = a_picture(contents), b"#!/bin/sh"
        old, new = name[12:76], file_entry(words).sha256
        changed = f"pictures/{new[:2]}/{new}.png"
        files: dict[str, Any] = json.loads(contents["manifest.json"])["files"]
        del contents[name], files[name]
        in_manifest(contents, files=files)
        with_part(contents, changed, words)
        history = contents["history.jsonl"].replace(old.encode(), new.encode())
        with_part(contents, "history.jsonl", history)

    rewritten(bundle, swap)
    with Store(tmp_path / "other") as other, Bundle(bundle) as opened:
        opened.verify()
        with pytest.raises(UsageError, match="is no picture"):
            opened.import_into(other)


def test_a_long_chain_is_no_circle(bundle: Path, tmp_path: Path) -> None:
    """A thousand presses of presses come in, and the last is shown with those above it."""

    def lengthen(rows: list[dict[str, Any]]) -> None:
        close_circle(rows, 1000)
        rows[-1]["parent"] = None

    rewritten(bundle, lambda contents: with_rows(contents, lengthen))
    with Store(tmp_path / "other") as other, Bundle(bundle) as opened:
        opened.import_into(other)
        assert other.task("c0") is not None


def test_a_time_that_makes_no_sense_leaves_room_for_others(bundle: Path, tmp_path: Path) -> None:
    """Rows are numbered by their times; the next one still gets a number."""
    rewritten(
        bundle, lambda contents: with_rows(contents, lambda rows: rows[0].update(asked_at=1e300))
    )
    with Store(tmp_path / "other") as other, Bundle(bundle) as opened:
        opened.import_into(other)
        assert intend(other) > 0


def test_what_a_manifest_says_stays_in_its_line(bundle: Path) -> None:
    """Neither escape sequences nor forged lines of our own come from it, and nothing endless."""
    forged = "\x1b[2J\nMissing: nothing.\u202e" + "x" * 10_000
    gap = {"task": forged, "where": forged, "step": forged, "prompt": forged, "reason": forged}
    rewritten(
        bundle,
        lambda contents: in_manifest(
            contents, server=forged, notes=[forged], missing=[gap], counts={forged: 3}
        ),
    )
    with Bundle(bundle) as opened:
        told = repr(BundleSummary.of(opened))
    assert len(told.splitlines()) == 3
    assert len(told) < 2000
    assert not {"\x1b", "\u202e"} & set(told)


def test_a_picture_of_many_tasks_is_read_once(bundle: Path, tmp_path: Path) -> None:
    """Not unpacked and hashed anew for each of them."""

    class Counting(Bundle):
        """A bundle that counts what is read."""

        reads = 0

        def content(self, name: str) -> bytes:
            """Return a file of the bundle."""
            self.reads += 1
            return super().content(name)

    def share(rows: list[dict[str, Any]]) -> None:
        pictures = next(row["pictures"] for row in rows if row.get("pictures"))
        for number in range(500):
            task = {"id": f"s{number}", "status": "SUCCESS"}
            rows.append({"server": rows[0]["server"], "task": task, "pictures": pictures})

    rewritten(bundle, lambda contents: with_rows(contents, share))
    with Store(tmp_path / "other") as other, Counting(bundle) as opened:
        opened.import_into(other)
        assert opened.reads < 10
        assert other.picture(SERVER, "s499") is not None
