"""Files that mean harm: one clear sentence, and no time or memory lost."""

import struct
import time
import zlib
from collections.abc import Callable

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.images.metadata.embed import (
    as_served,
    read_provenance,
    with_provenance,
    without_provenance,
)
from tests.images.metadata.making import KINDS, before_picture, chunk, picture, record

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><x:xmpmeta>&j;</x:xmpmeta>"
)


def text(record_text: bytes, flags: bytes = b"\0\0") -> bytes:
    """Write a chunk that says it is our record."""
    return chunk(b"iTXt", b"mj_notebook\0" + flags + b"\0\0" + record_text)


def every(content: bytes) -> list[Callable[[], object]]:
    """Return all that can be done with a file."""
    return [
        lambda: read_provenance(content),
        lambda: with_provenance(content, record()),
        lambda: without_provenance(content),
        lambda: as_served(content),
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.99])
def test_a_cut_file_is_told(kind: str, part: float) -> None:
    """A download that stopped is broken; it is never taken for a whole one."""
    whole = with_provenance(picture(kind), record())
    cut = whole[: max(13, int(len(whole) * part))]
    for do in every(cut):
        with pytest.raises(UsageError, match="picture file is broken"):
            do()


@pytest.mark.parametrize("kind", KINDS)
def test_any_cut_and_any_changed_byte_ends_well(kind: str) -> None:
    """Whatever is done to a file, it is read, or one of our errors says why not."""
    whole = with_provenance(picture(kind), record())
    head = len(whole) - len(picture(kind)) + 80
    for at in range(0, min(head, len(whole)), 7):
        for changed in (whole[:at], whole[:at] + b"\xff" + whole[at + 1 :]):
            for do in every(changed):
                try:
                    do()
                except UsageError:
                    continue


def test_a_wrong_checksum_is_told() -> None:
    """A PNG whose checksum is wrong was changed or damaged."""
    content = bytearray(with_provenance(picture(), record()))
    at = content.index(b"mj_notebook\0")
    content[at + 40] ^= 1
    with pytest.raises(UsageError, match="checksum"):
        read_provenance(bytes(content))


def test_a_giant_part_is_told_at_once() -> None:
    """A length of gigabytes is only a number: nothing is reserved for it."""
    content = picture()
    giant = content[:33] + struct.pack(">I", 2**31 - 1) + b"iTXt" + content[33:]
    with pytest.raises(UsageError, match="far too large"):
        read_provenance(giant)


def test_millions_of_parts_are_refused() -> None:
    """A file of nothing but tiny parts is given up, not gone through."""
    content = before_picture(picture(), chunk(b"tEXt", b"") * 200_001)
    with pytest.raises(UsageError, match="too many parts"):
        read_provenance(content)


def test_a_bomb_is_not_unpacked() -> None:
    """A compressed record that unfolds to gigabytes stops at the size of real ones."""
    bomb = zlib.compress(b'"' + b"x" * 50_000_000 + b'"', 9)
    content = before_picture(picture(), text(bomb, b"\1\0"))
    with pytest.raises(UsageError, match="far too large"):
        read_provenance(content)


def test_a_packed_record_is_read() -> None:
    """Programs that make files smaller pack texts; the record in them is the same."""
    content = before_picture(picture(), text(zlib.compress(b'{"a": 1}'), b"\1\0"))
    assert read_provenance(content) == {"a": 1}
    with pytest.raises(UsageError, match="unpacked"):
        read_provenance(before_picture(picture(), text(b"nonsense", b"\1\0")))
    with pytest.raises(UsageError, match="ends too early"):
        read_provenance(before_picture(picture(), text(zlib.compress(b'{"a": 1}')[:-2], b"\1\0")))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"null",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\xff\xfe",
        b'{"a": 1} x',
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_record_that_is_no_record_is_told(said: bytes) -> None:
    """Broken JSON, the same name twice, endless nesting: the record is not believed."""
    with pytest.raises(UsageError, match="its record"):
        read_provenance(before_picture(picture(), text(said)))


def test_two_records_contradict_each_other() -> None:
    """A file with two records is broken: nobody knows which one is true."""
    with pytest.raises(UsageError, match="two records"):
        read_provenance(before_picture(picture(), text(b"{}"), text(b"{}")))


def test_parts_of_a_record_must_all_be_there() -> None:
    """A JPEG whose record is in parts is only read when they are whole and in order."""
    large = record(seed="x" * 130_000)
    content = with_provenance(picture("JPEG"), large)
    at = content.index(b"mj_notebook/task\0") - 4
    length = struct.unpack_from(">H", content, at + 2)[0] + 2
    with pytest.raises(UsageError, match="not whole"):
        read_provenance(content[:at] + content[at + length :])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_laughs_are_never_parsed(kind: str) -> None:
    """XML of others is never parsed, so entities in it can't unfold or fetch anything."""
    options = {"xmp": LAUGHS} if kind != "PNG" else {}
    content = picture(kind, **options)
    if kind == "PNG":
        content = before_picture(content, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + LAUGHS))
    begin = time.perf_counter()
    made = with_provenance(content, record())
    assert read_provenance(made) == record()
    assert as_served(made) == content
    assert LAUGHS in made
    assert time.perf_counter() - begin < 10  # unfolded, they would take hours
