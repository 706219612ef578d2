"""Pictures: one decode for everything that is shown."""

import io

import pytest
from PIL import Image

from mj_notebook.errors import MJError, UsageError
from mj_notebook.images.thumbnails import open_picture, preview, tile, undecoded_preview
from tests.view.samples import TILES, encoded, grid_picture, noise


def opened(content: bytes) -> Image.Image:
    """Open what was made, with plain Pillow."""
    return Image.open(io.BytesIO(content))


def test_one_decode_makes_all_sizes() -> None:
    """A grid is decoded once, however many sizes are made of it."""
    decoded = []

    def opener(content: bytes) -> Image.Image:
        decoded.append(len(content))
        return open_picture(content)

    shot = preview(encoded(grid_picture(2048)), opener=opener)
    assert len(decoded) == 1
    assert (opened(shot.content).size, opened(shot.small).size) == ((1024, 1024), (512, 512))
    assert opened(shot.paper).size == (384, 384)
    assert (shot.mime, shot.width, shot.height) == ("image/jpeg", 2048, 2048)


@pytest.mark.parametrize(
    ("size", "shown", "small"),
    [
        ((2048, 2048), (1024, 1024), (512, 512)),
        ((4096, 2048), (1024, 512), (512, 256)),
        ((1456, 816), (1024, 574), (512, 287)),
        ((1024, 1024), (1024, 1024), (512, 512)),
        ((300, 200), (300, 200), (300, 200)),
        ((3000, 2), (1024, 1), (512, 1)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
def test_sizes(size: tuple[int, int], shown: tuple[int, int], small: tuple[int, int]) -> None:
    """Pictures are shown at 1024 px at most, kept small at 512, and never made larger."""
    shot = preview(encoded(Image.new("RGB", size, "red")))
    assert (opened(shot.content).size, opened(shot.small).size) == (shown, small)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
@pytest.mark.parametrize("size", [64, 1500, 2048])
def test_every_kind_of_pixel(mode: str, size: int) -> None:
    """Whatever kind of pixels arrives, a JPEG can be shown."""
    image = grid_picture(size)
    kind = (
        image.convert("L").convert("I").convert("I;16") if mode == "I;16" else image.convert(mode)
    )
    assert opened(preview(encoded(kind)).content).mode == "RGB"


def test_transparency_is_paper() -> None:
    """What is transparent is shown white, as on paper, never black."""
    shot = preview(encoded(Image.new("RGBA", (64, 64), (200, 0, 0, 0))))
    assert opened(shot.content).getpixel((10, 10)) == (255, 255, 255)


def test_the_worst_picture_fits_a_notebook() -> None:
    """Even pure noise stays within what a notebook should hold of one job."""
    for image in (noise(1024), grid_picture(2048)):
        shot = preview(encoded(image))
        assert (len(shot.content) + len(shot.paper)) * 4 / 3 < 290_000


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF"])
def test_previews_pass_untouched(name: str) -> None:
    """A progress preview is shown as it was served, its format told by its bytes."""
    content = encoded(grid_picture(), name)
    shot = undecoded_preview(content)
    assert (shot.content, shot.mime) == (content, f"image/{name.lower()}")
    assert shot.small == b""


NO_PICTURES = [b"", b"<html>gone</html>", b'{"code":3}', b"\x89PNG\r\n\x1a\nrest", b"\xff\xd8\xff"]


@pytest.mark.parametrize("content", NO_PICTURES)
def test_no_picture_is_one_error(content: bytes) -> None:
    """What is no picture, or half of one, is an error of ours that says so."""
    with pytest.raises(MJError, match="picture"):
        preview(content)


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x00\x00\x00\x18ftypmp42"])
def test_a_preview_must_be_a_picture(content: bytes) -> None:
    """A page or a film is not passed through as a picture."""
    with pytest.raises(MJError, match="instead of a picture"):
        undecoded_preview(content)


def test_half_a_picture_is_refused() -> None:
    """A picture that ends too early is refused, not shown half grey."""
    with pytest.raises(MJError, match="broken"):
        preview(encoded(noise(256))[:-5000])


@pytest.mark.parametrize("side", [9_500, 15_000])
def test_bombs_are_refused(side: int) -> None:
    """A small file that unfolds to far too many pixels is refused before it unfolds."""
    bomb = encoded(Image.new("1", (side, side)))
    assert len(bomb) < 100_000
    with pytest.raises(MJError, match="million pixels"):
        open_picture(bomb)


def test_tiles_are_cut_where_they_are() -> None:
    """Tile 1 is top left, 2 top right, 3 bottom left, 4 bottom right, at full size."""
    image = grid_picture(256)
    for number, colour in enumerate(TILES, 1):
        cut = tile(image, number)
        assert cut.size == (128, 128)
        assert cut.getcolors() == [(128 * 128, colour)]


def test_tiles_of_an_odd_grid_are_alike() -> None:
    """All tiles of a grid have one size, also where the grid can't be halved."""
    image = Image.new("RGB", (257, 131))
    assert {tile(image, number).size for number in (1, 2, 3, 4)} == {(128, 65)}


@pytest.mark.parametrize("number", [0, 5, -1])
def test_there_are_four_tiles(number: int) -> None:
    """Another tile is a mistake, and the error says which there are."""
    with pytest.raises(UsageError, match="1, 2, 3 or 4"):
        tile(grid_picture(), number)


def test_nothing_that_is_shown_says_what_stood_in_the_file() -> None:
    """A comment may hold the prompt, or an account."""
    held = io.BytesIO()
    Image.new("RGB", (64, 64)).save(held, "JPEG", comment=b"a red kite")
    shot = preview(held.getvalue())
    assert "comment" in opened(held.getvalue()).info
    assert "comment" not in opened(shot.content).info
