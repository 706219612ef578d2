"""What the analyst says of a picture is true."""

import pytest
from PIL import Image

from mj_notebook.server.backends.captions import (
    COLOURS,
    ImageFeatures,
    captions_of,
    read_features,
)
from mj_notebook.server.backends.image_analysis import analyze_image, colour_name
from tests.server.pictures import halves, png


def seen(image: Image.Image, caption: str = "") -> ImageFeatures:
    """Return what is seen in *image*."""
    features = analyze_image(png(image, caption))
    assert features is not None
    return features


@pytest.mark.parametrize(
    ("image", "colours", "light", "balance", "aspect"),
    [
        (halves("red", "blue"), {"red", "blue"}, "dark", "light from above", "3:2"),
        (halves("white", "navy"), {"white", "navy"}, "softly lit", "light from above", "3:2"),
        (Image.new("RGB", (9, 16)), {"black"}, "very dark", "evenly spread light", "9:16"),
        (Image.new("L", (50, 50), 255), {"white"}, "very bright", "evenly spread light", "1:1"),
        (Image.new("RGB", (1, 1), "#2563d9"), {"blue"}, "softly lit", "evenly spread light", "1:1"),
    ],
)
def test_it_measures(
    image: Image.Image, colours: set[str], light: str, balance: str, aspect: str
) -> None:
    """Colours by name, brightness, where the light lies, and the shape."""
    features = seen(image)
    found = (set(features.colours), features.light, features.balance, features.aspect)
    assert found == (colours, light, balance, aspect)


def test_every_colour_of_the_table_is_known_by_its_name() -> None:
    """The nearest name of an anchor is its own."""
    for name, code in COLOURS.items():
        assert colour_name((int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16))) == name


def test_the_prompt_that_a_picture_carries_is_told() -> None:
    """Each of the four lines begins with it, without its parameters and the job's number."""
    features = seen(halves("red", "blue"), "a red kite --v 7 Job ID: 1234")
    assert features.prompt == "a red kite --v 7"
    assert all(line.startswith("a red kite, ") for line in captions_of(features))


def test_another_turn_says_it_in_other_words() -> None:
    """Four lines each, all different, each ending in the shape; the twin has as many."""
    features = seen(halves("red", "blue"))
    turns = [captions_of(features, turn) for turn in range(3)]
    for lines in turns:
        assert len(set(lines)) == 4
        assert all(line.endswith(" --ar 3:2") and "red" in line for line in lines)
    assert len(set(turns)) == 3
    assert all("红色" in line for line in captions_of(features, chinese=True))


def test_what_was_seen_is_kept_as_a_line() -> None:
    """And read again; anything else is nothing."""
    features = seen(halves("red", "blue"), "风筝")
    assert read_features(features.write()) == features
    for text in ("", "{}", "[]", "null", '{"aspect":"1:1"}'):
        assert read_features(text) is None


@pytest.mark.parametrize(
    "content", [None, b"", b"abc", b"\x89PNG\r\n\x1a\n", b"GIF89a" + b"x" * 99]
)
def test_what_is_no_picture_is_none(content: bytes | None) -> None:
    """Broken files are no surprise."""
    assert analyze_image(content) is None
