"""A record goes in, comes out and off again, and the picture's own bytes never change."""

import io
import json
from typing import Any
from xml.dom import minidom

import pytest
from PIL import Image

from mj_notebook.errors import UsageError
from mj_notebook.images.metadata.embed import (
    as_served,
    read_provenance,
    with_provenance,
    without_provenance,
)
from tests.images.metadata.making import FOREIGN, KINDS, picture, pixels, record


def packet_of(content: bytes) -> str:
    """Return the XMP packet as Pillow finds it."""
    with Image.open(io.BytesIO(content)) as image:
        packet = image.info["xmp"]
    return packet.decode() if isinstance(packet, bytes) else str(packet)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_comes_back_as_it_went_in(kind: str) -> None:
    """What is read is what was written, and a plain picture tells nothing."""
    plain = picture(kind)
    assert read_provenance(plain) is None
    assert read_provenance(with_provenance(plain, record())) == record()


@pytest.mark.parametrize("kind", KINDS)
def test_no_pixel_changes(kind: str) -> None:
    """The file decodes to the same picture, whoever decodes it."""
    plain = picture(kind)
    assert pixels(with_provenance(plain, record())) == pixels(plain)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_comes_off_without_a_trace(kind: str) -> None:
    """Without the record the file is the very one that was served."""
    plain = picture(kind)
    assert as_served(with_provenance(plain, record())) == plain
    assert as_served(plain) == plain


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_twice_is_the_same_once(kind: str) -> None:
    """Writing again replaces, so a file never carries two records."""
    once = with_provenance(picture(kind), record(seed="1"))
    twice = with_provenance(once, record())
    assert read_provenance(twice) == record()
    assert with_provenance(twice, record()) == twice
    assert with_provenance(picture(kind), record())[:4] == twice[:4]


@pytest.mark.parametrize("kind", KINDS)
def test_the_packet_says_it_in_standard_words(kind: str) -> None:
    """Any reader of XMP finds prompt, program, time and that a model drew it, well escaped."""
    packet = packet_of(with_provenance(picture(kind), record()))
    found = minidom.parseString(packet)
    said = {
        node.tagName: "".join(text.data for text in node.childNodes if text.nodeType == 3)
        for node in found.getElementsByTagName("*")
    }
    assert said["rdf:li"]
    assert said["Iptc4xmpExt:DigitalSourceType"] == (
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    )
    assert said["xmp:CreatorTool"] == "mj_notebook 9.9"
    assert said["xmp:CreateDate"] == "2025-11-21T04:40:42Z"
    assert said["mj:Task"] == "1760000000000042"
    assert "a red kite & <b>雨</b> --ar 3:2 --v 7" in "".join(
        text.nodeValue or ""
        for node in found.getElementsByTagName("rdf:li")
        for text in node.childNodes
    )
    assert "<b>" not in packet


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_what_another_program_wrote_stays(kind: str) -> None:
    """A packet that is there is left alone, byte for byte; a file has room for one."""
    options: dict[str, Any] = {"xmp": FOREIGN.encode()}
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", FOREIGN)
        info.add_itxt("Description", "what the server says")
        options = {"pnginfo": info}
    plain = picture(kind, **options)
    made = with_provenance(plain, record())
    assert packet_of(made) == FOREIGN
    assert read_provenance(made) == record()
    assert as_served(made) == plain
    assert as_served(with_provenance(made, record(seed="2"))) == plain


def test_a_packet_of_ours_that_was_changed_is_another_programs() -> None:
    """What somebody added to it is not thrown away with what we said."""
    changed = with_provenance(picture("WEBP"), record()).replace(b'end="r"', b'end="w"')
    made = with_provenance(changed, record(seed="2"))
    assert packet_of(made) == packet_of(changed)
    assert read_provenance(made) == record(seed="2")


@pytest.mark.parametrize("kind", KINDS)
def test_stripped_tells_nothing_at_all(kind: str) -> None:
    """Neither ours nor what the server or another program wrote is left."""
    exif = Image.Exif()
    exif[0x010E] = "a canary of the server"
    plain = picture(kind, exif=exif)
    assert b"canary" in plain
    made = without_provenance(with_provenance(plain, record()))
    assert b"canary" not in made
    assert not any(word in made for word in (b"red kite", b"1760000000000042", b"mj_notebook"))
    assert read_provenance(made) is None
    assert pixels(made) == pixels(plain)
    assert without_provenance(made) == made


def test_a_demo_picture_is_not_called_a_models() -> None:
    """What the demo painted never learned from pictures; IPTC has another word for it."""
    demo = record(job={**record()["job"], "demo": True})
    made = with_provenance(picture(), demo)
    assert b"digitalsourcetype/algorithmicMedia" in made
    assert b"trainedAlgorithmicMedia" not in made


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_large_record_is_carried_whole(kind: str) -> None:
    """More than a segment of a JPEG holds goes into several; lines for viewers are cut short."""
    words = "雨 & 風 " * 40_000
    large = record(parameters=words, job={**record()["job"], "prompt": words})
    assert read_provenance(with_provenance(picture(kind), large)) == large


def test_a_record_that_never_ends_is_refused() -> None:
    """A record of many megabytes is no record."""
    with pytest.raises(UsageError, match="4 MB"):
        with_provenance(picture(), record(seed="x" * 4_000_001))


def test_odd_letters_do_no_harm() -> None:
    """Zeros, control signs and halves of letters stay in the record, and are cleaned elsewhere."""
    odd = record(job={**record()["job"], "prompt": "a\0b\x01c\ud800d ]]> <!ENTITY x 'y'>"})
    made = with_provenance(picture(), odd)
    assert read_provenance(made) == odd
    minidom.parseString(packet_of(made))


@pytest.mark.parametrize("content", [b"", b"text", b"GIF89a" + b"\0" * 30])
def test_other_files_carry_nothing(content: bytes) -> None:
    """A file of another kind has no record, and can't be given one."""
    assert read_provenance(content) is None
    with pytest.raises(UsageError, match="can't be kept in this file"):
        with_provenance(content, record())
    with pytest.raises(UsageError, match="can't be kept in this file"):
        without_provenance(content)


def test_the_record_is_plain_json_in_the_file() -> None:
    """Any program can read the record without us: it is JSON in ASCII."""
    made = with_provenance(picture(), record())
    start = made.index(b'{"format"')
    found, _ = json.JSONDecoder().raw_decode(made[start:].decode("latin-1"))
    assert found == record()
