"""Where pictures come from: every form a person has one in."""

import base64
import io
import os
import re
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import pytest
from PIL import Image

from mj_notebook.errors import MJError, Refused, ServerUnreachable, UsageError
from mj_notebook.images.data_urls import read_picture
from mj_notebook.images.sources import displayed_name
from mj_notebook.protocol.media import MOST_BYTES, data_url
from tests.images.making import encoded, picture_url, slope

CONTENT = encoded(slope(), "PNG")
URL = data_url(CONTENT, "image/png")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A picture in a folder with a name that needs quoting."""
    folder = tmp_path / "my pictures é"
    folder.mkdir()
    (folder / "a cat.png").write_bytes(CONTENT)
    return folder / "a cat.png"


def test_every_form_of_the_same_picture_is_sent_alike(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths, addresses of files, bytes, base64 and open files mean the same picture."""
    monkeypatch.setenv("HOME", str(path.parent))
    monkeypatch.setenv("USERPROFILE", str(path.parent))
    bare = base64.b64encode(CONTENT).decode()
    wrapped = "\n".join(bare[start : start + 76] for start in range(0, len(bare), 76))
    with path.open("rb") as file, os.scandir(path.parent) as entries:
        forms: list[object] = [
            path,
            str(path),
            "~/a cat.png",
            path.as_uri(),
            f"file://localhost{path.as_uri()[7:]}",
            CONTENT,
            bytearray(CONTENT),
            memoryview(CONTENT),
            io.BytesIO(CONTENT),
            file,
            URL,
            f"  {URL}\n",
            f"data:image/jpeg;base64,{wrapped}",
            bare,
            next(entries),
        ]
        for form in forms:
            assert picture_url(form) == URL


def test_every_spelling_of_a_data_url_is_read() -> None:
    """In any case, percent-encoded, in the other alphabet of base64, and with its end cut."""
    bare = base64.b64encode(CONTENT).decode()
    other = bare.replace("+", "-").replace("/", "_")
    assert other != bare
    for form in (
        f"DATA:IMAGE/PNG;BASE64,{bare}",
        f"data:image/png;charset=utf-8;base64,{bare}",
        f"data:image/png;base64,{quote(bare, safe='')}",
        f"data:image/png,{quote_from_bytes(CONTENT)}",
        f"data:image/png;base64,{other.rstrip('=')}",
        f"'{URL}'\n",
        other,
    ):
        assert picture_url(form) == URL
    with pytest.raises(UsageError, match="data URL"):
        picture_url("data:image/png;base64,not base64!")


def test_a_pasted_path_is_read_by_the_one_reader_of_paths(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With quotes, blanks, a line end, and the backslashes of Windows."""
    monkeypatch.chdir(path.parent.parent)
    for form in (f'"{path}"', f" {path}\n", "my pictures é\\a cat.png", f'"{path.as_uri()}"'):
        assert picture_url(form) == URL


def test_an_open_file_is_read_whole_and_left_in_its_place() -> None:
    """What was just saved into a buffer stands before its place."""
    buffer = io.BytesIO()
    slope().save(buffer, "PNG")
    assert buffer.tell() > 0
    assert picture_url(buffer) == URL
    buffer.seek(7)
    assert picture_url(buffer) == URL
    assert buffer.tell() == 7


class _Pipe:
    """A stream that can only be read on."""

    def read(self, _most: int = -1) -> bytes:
        return CONTENT


class _Torn:
    """A stream that breaks."""

    def read(self, _most: int = -1) -> bytes:
        raise RuntimeError("torn")


def test_a_stream_need_not_be_seekable() -> None:
    """What comes from a pipe or a reply is read once."""
    assert picture_url(_Pipe()) == URL


def test_an_open_file_tells_its_name(tmp_path: Path) -> None:
    """The note names the file, not its folder."""
    path = tmp_path / "old.bmp"
    path.write_bytes(encoded(slope(), "BMP"))
    with path.open("rb") as file:
        assert read_picture(file).note.startswith("old.bmp: BMP, sent as PNG")


class _Job:
    """Something with a picture at full size."""

    def __init__(self, image: object) -> None:
        self._image = image

    @property
    def image(self) -> object:
        if isinstance(self._image, Exception):
            raise self._image
        return self._image


def test_a_job_means_its_picture() -> None:
    """The full picture is sent; when there is none, the job's own reason is told."""
    assert picture_url(_Job(slope())) == picture_url(slope())
    with pytest.raises(MJError, match="no picture yet"):
        picture_url(_Job(UsageError("There is no picture yet.")))


def test_an_address_is_fetched_by_what_was_given() -> None:
    """The network is given: the address goes out as it is, and what comes must be a picture."""
    asked = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return encoded(slope(), "BMP")

    given = read_picture("https://x.example/a%20cat.bmp?hm=signature", fetch=fetch)
    assert asked == ["https://x.example/a%20cat.bmp?hm=signature"]
    assert given.note.startswith("a cat.bmp: BMP, sent as PNG")
    with pytest.raises(UsageError, match=r"cat\.png is no picture") as caught:
        picture_url("HTTP://x.example/cat.png?hm=signature", fetch=lambda _: b"<html>")
    assert "signature" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://", "https:///a.png", "http://[::1", "https://?a"])
def test_an_address_without_a_server_is_not_asked_for(url: str) -> None:
    """It would be looked for at the proxy, which has no such thing."""
    with pytest.raises(UsageError, match="names no server"):
        picture_url(url, fetch=lambda one: one.encode())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            Refused("The picture is no longer there.", status=404),
            "no picture at x.example (HTTP 404)",
        ),
        (Refused("x.example wants a log-in.", status=403), "wants a log-in. Look at the address"),
        (ServerUnreachable("Nothing answers."), "Nothing answers. Look at the address"),
    ],
)
def test_an_address_that_a_person_gave_is_spoken_of_as_such(error: MJError, said: str) -> None:
    """No task and no proxy gave it, so none can give a newer one."""

    def fetch(_: str) -> bytes:
        raise error

    with pytest.raises(UsageError, match=re.escape(said)):
        picture_url("https://x.example/a.png", fetch=fetch)


def test_an_address_alone_is_refused() -> None:
    """Without something that fetches, nothing is fetched."""
    with pytest.raises(UsageError, match="web address"):
        picture_url("https://x.example/cat.png")


@pytest.mark.parametrize(
    "given",
    [
        None,
        42,
        3.5,
        object(),
        {"image": 1},
        ["cat.png"],
        Image.Image,
        _Job("cat.png"),
        _Job(None),
        _Torn(),
        io.StringIO("text"),
        "",
        "\0",
        "a\0b.png",
        "~nobody-of-that-name/cat.png",
        "x" * 5000,
        "half \ud83d of a sign",
        "data:",
        "data:image/png;base64,",
        "data:image/png;base64,!!!",
        "data:image/png,plain",
        "data:text/html;base64,PGh0bWw+",
        "file:///no/such/file.png",
        "file://elsewhere/share/cat.png",
        b"",
        bytearray(),
    ],
    ids=lambda given: repr(given).partition(" object at ")[0][:30],
)
def test_what_holds_no_picture_is_a_sentence(given: object) -> None:
    """Any other value is refused with a hint, never with a trace from within."""
    with pytest.raises(UsageError) as caught:
        picture_url(given)
    assert caught.value.hint


def test_a_file_of_another_computer_is_not_looked_for_here(path: Path) -> None:
    """The host of a file: address counts."""
    with pytest.raises(UsageError, match="another computer"):
        picture_url(f"file://elsewhere{path.as_uri()[7:]}")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """A folder can't be read as a picture."""
    with pytest.raises(UsageError, match="can't be read"):
        picture_url(tmp_path)


def test_a_device_is_not_read() -> None:
    """What may never end is refused before it is opened."""
    with pytest.raises(UsageError, match="it is no file"):
        picture_url(os.devnull)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """Gigabytes are refused by their size alone."""
    path = tmp_path / "film.png"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(UsageError, match="more than 200 MB"):
        picture_url(path)


def test_names_stay_in_one_line() -> None:
    """A file name can't break out of its sentence, nor fill the screen."""
    assert displayed_name("a\nb\x1b[31m.png") == "a�b�[31m.png"
    assert len(displayed_name("x" * 300 + ".png")) < 80
    assert displayed_name("x" * 300 + ".png").endswith(".png")
