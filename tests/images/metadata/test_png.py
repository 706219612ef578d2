"""What stands in a PNG: chunks of text before the picture, and the picture's own bytes."""

from mj_notebook.images.metadata.embed import with_provenance, without_provenance
from tests.images.metadata.making import before_picture, chunk, chunks, picture, record


def test_the_picture_is_the_same_to_the_byte() -> None:
    """All chunks that were there are there, in their order; ours stand before the picture."""
    plain = picture()
    made = chunks(with_provenance(plain, record()))
    kept = [one for one in made if one[0] != b"iTXt"]
    assert kept == chunks(plain)
    kinds = [kind for kind, _ in made]
    assert kinds[0] == b"IHDR"
    assert max(i for i, kind in enumerate(kinds) if kind == b"iTXt") < kinds.index(b"IDAT")


def test_viewers_find_plain_lines() -> None:
    """Each fact has a keyword of its own, in UTF-8, with the standard's words where it has some."""
    texts = {}
    for kind, body in chunks(with_provenance(picture(), record())):
        if kind == b"iTXt":
            keyword, _, rest = body.partition(b"\0")
            assert rest[:2] == b"\0\0"  # not compressed
            texts[keyword.decode()] = rest[2:].split(b"\0", 2)[2].decode()
    assert texts["Description"] == "a red kite & <b>雨</b> --ar 3:2 --v 7"
    assert texts["Software"] == "mj_notebook 9.9"
    assert texts["Creation Time"] == "2025-11-21T04:40:42Z"
    assert texts["mj:Parameters"] == "--ar 3:2 --v 7"
    assert texts["mj:Seed"] == "4711"
    assert texts["mj:Version"] == "7"
    assert texts["mj:Action"] == "UPSCALE"
    assert texts["mj:Step"] == "U2"
    assert texts["mj:TaskId"] == "1760000000000042"
    assert texts["mj:Parents"] == "1760000000000017, 1760000000000003"
    assert texts["mj:Server"] == "proxy.example.com"
    assert texts["mj:Asked"] == "2025-11-21T04:40:00Z"
    assert texts["mj:Submitted"] == "2025-11-21T04:40:01Z"
    assert texts["mj:Started"] == "2025-11-21T04:40:02Z"
    assert texts["mj:Finished"] == "2025-11-21T04:40:42Z"
    assert texts["mj:Number"] == "2"
    assert texts["mj:PictureSHA256"] == "ab" * 32
    assert texts["mj:DigitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert {"XML:com.adobe.xmp", "mj_notebook"} < set(texts)


def test_what_the_server_wrote_stays_until_it_is_stripped() -> None:
    """Texts of the server stand beside ours, even under the same keyword; stripping takes all."""
    theirs = chunk(b"tEXt", b"Author\0somebody"), chunk(b"iTXt", b"Description\0\0\0\0\0theirs")
    plain = before_picture(picture(), *theirs)
    made = with_provenance(plain, record())
    assert all(one in made for one in theirs)
    assert without_provenance(made) == picture_without(plain)


def picture_without(content: bytes) -> bytes:
    """Return a PNG without its texts."""
    kept = [one for one in chunks(content) if one[0] not in (b"tEXt", b"iTXt")]
    return content[:8] + b"".join(chunk(*one) for one in kept)


def test_what_follows_the_end_stays() -> None:
    """Bytes behind a PNG are nobody's business; a stripped file has none."""
    plain = picture() + b"more"
    made = with_provenance(plain, record())
    assert made.endswith(b"more")
    assert without_provenance(made) == plain[:-4]
