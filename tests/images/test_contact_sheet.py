"""Sheets of pictures: where things stand, labels that are never cut, files in bounded memory."""

import io
import re
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from mj_notebook.errors import UsageError
from mj_notebook.images.contact_sheet import (
    LEADING,
    Sheet,
    Style,
    Table,
    Text,
    lay_out,
    stacked,
    wrapped,
)
from mj_notebook.images.fonts import Letters, runs
from mj_notebook.images.sheet_pdf import write_pdf
from mj_notebook.images.sheet_png import fitted, jpeg_of, write_png
from mj_notebook.view.sheet import sheet_svg

LONG = "a hare-with-very-long-ears-that-hear-everything in the fog of an early morning"


def half(text: str, size: float) -> float:
    """Measure as if each sign were half as wide as high."""
    return len(text) * size / 2


def table_of(rows: int = 2, columns: int = 3) -> Table:
    """Return a table with a gap, a reason and a note."""
    keys = [[f"{row}-{column}" for column in range(columns)] for row in range(rows)]
    keys[-1][-1] = ""
    return Table(
        "chaos 0",
        ("animal", "s"),
        [LONG, *map(str, range(1, columns))],
        [LONG, *map(str, range(1, rows))],
        keys,
        {"0-1": "s 300"},
        {"1-0": "not accepted"},
    )


def red(key: str, width: int, height: int) -> Image.Image | None:
    """Return a red picture for each key but those that have none."""
    return None if key == "1-0" else Image.new("RGB", (width, height), "red")


def test_labels_are_wrapped_and_nothing_is_cut_or_covered() -> None:
    """Every sign of every label is on the sheet, no two lines and no picture lie on each other."""
    table = table_of()
    sheet = lay_out(table, Style(60.0), half, caption=LONG)
    told = "".join(text.words.replace(" ", "") for text in sheet.texts)
    wanted = [
        table.title,
        *table.corner,
        *table.columns,
        *table.rows,
        "s 300",
        "not accepted",
        LONG,
    ]
    assert Counter(told) == Counter("".join(wanted).replace(" ", ""))
    boxes = [box_of(text) for text in sheet.texts]
    for left, top, right, bottom in boxes:
        assert left >= 0 <= top
        assert right <= sheet.width
        assert bottom <= sheet.height
    places = [(t.x, t.y, t.x + t.width, t.y + t.height) for t in sheet.tiles]
    labels = [
        box for box, text in zip(boxes, sheet.texts, strict=True) if "accept" not in text.words
    ]
    everything = [*labels, *places]
    for number, one in enumerate(everything):
        assert not any(_overlap(one, other) for other in everything[number + 1 :])
    assert [tile.key for tile in sheet.tiles] == ["0-0", "0-1", "0-2", "1-0", "1-1"]


def box_of(text: Text) -> tuple[float, float, float, float]:
    """Return what a line covers."""
    wide = half(text.words, text.size)
    if text.turned:
        return (text.x, text.y - wide, text.x + text.size * LEADING, text.y)
    left = text.x - wide * text.anchor
    return (left, text.y, left + wide, text.y + text.size * LEADING)


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    gap = 1e-6
    return (
        one[0] < other[2] - gap
        and other[0] < one[2] - gap
        and one[1] < other[3] - gap
        and other[1] < one[3] - gap
    )


def test_labels_turn_where_a_word_is_wider_than_its_column() -> None:
    """All of them, upwards and on one foot; they are the same letters in each kind of file."""
    table = table_of()._replace(
        title="", columns=("photorealistic", "oil", "“שלום” 日本"), notes={}
    )
    assert not any(text.turned for text in lay_out(table, Style(200.0), half).texts)
    sheet = lay_out(table._replace(columns=("photorealistic", "oil", "ink")), Style(40.0), half)
    turned = [text for text in sheet.texts if text.turned]
    assert [text.words for text in turned] == ["photorealistic", "oil", "ink"]
    assert len({text.y for text in turned}) == 1
    level = [text._replace(turned=False) for text in turned]
    letters, scale = Letters([]), 150 / 72
    images = []
    for texts in (turned, level):
        file = io.BytesIO()
        write_png(file, Sheet(300, 200, (), tuple(texts[:1])), red, letters, 150)
        images.append(Image.open(file).convert("L"))
    boxes = [ImageChops.invert(image).getbbox() for image in images]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert abs((boxes[0][3] - boxes[0][1]) - (boxes[1][2] - boxes[1][0])) <= 2
    assert abs(boxes[0][3] - turned[0].y * scale) <= 3
    # Of strips, as of one piece: the letters turned back are the level ones.
    back = images[0].crop(boxes[0]).transpose(Image.Transpose.ROTATE_270)
    apart = ImageChops.difference(back, images[1].crop(boxes[1]).resize(back.size))
    assert sum(apart.histogram()[128:]) < 0.05 * back.width * back.height
    pdf = io.BytesIO()
    write_pdf(
        pdf, [Sheet(300, 200, (), (turned[0], turned[0]._replace(words="日本")))], red, letters, 150
    )
    assert b"0 1 -1 0 " in pdf.getvalue()
    svg = "".join(sheet_svg(sheet, lambda *_: None))
    assert svg.count('transform="rotate(-90 ') == 3


def test_words_are_parted_where_they_must() -> None:
    """At spaces, and a word that is too wide within itself."""
    assert wrapped("one two three", 40, 10, half) == ["one two", "three"]
    assert wrapped("a supercalifragilistic", 25, 10, half) == [
        "a",
        "super",
        "calif",
        "ragil",
        "istic",
    ]
    assert wrapped("", 25, 10, half) == []


def test_one_row_has_no_labels_down() -> None:
    """A sweep with one axis."""
    one = table_of()._replace(rows=("",), keys=[["0-0", "0-1", "0-2"]], corner=("", "s"))
    sheet = lay_out(one, Style(60.0), half)
    assert sheet.tiles[0].x < 10


def test_a_png_is_what_its_sheet_says() -> None:
    """300 dpi, pictures in their places, grey where there is none, letters in black."""
    sheet = stacked(
        [lay_out(table_of(), Style(72.0), half), lay_out(table_of(), Style(72.0), half)]
    )
    file = io.BytesIO()
    write_png(file, sheet, red, Letters([]), 150)
    image = Image.open(io.BytesIO(file.getvalue()))
    image.load()
    assert (round(image.info["dpi"][0]), image.mode) == (150, "RGB")
    scale = 150 / 72
    for tile in sheet.tiles:
        middle = ((tile.x + 36) * scale, (tile.y + 60) * scale)
        wanted = (235, 235, 235) if tile.key == "1-0" else (255, 0, 0)
        assert image.getpixel((round(middle[0]), round(middle[1]))) == wanted
    title = image.crop((0, 0, round(60 * scale), round(16 * scale)))
    assert ImageChops.invert(title).getbbox() is not None


def test_a_pdf_is_whole_and_its_words_are_text() -> None:
    """Each object is where the table says, words can be searched, other letters are drawn."""
    sheets = [lay_out(table_of()._replace(title="naïve (a)"), Style(60.0), half)] * 2
    file = io.BytesIO()
    write_pdf(file, sheets, red, Letters([]), 100)
    content = file.getvalue()
    start = int(content.rpartition(b"startxref\n")[2].split()[0])
    lines = content[start:].splitlines()
    assert lines[0] == b"xref"
    for number, line in enumerate(lines[3 : 2 + int(lines[1].split()[1])], 1):
        assert content[int(line.split()[0]) :].startswith(b"%d 0 obj" % number)
    assert content.count(b"/Type /Page /Parent") == 2
    assert content.count(b"/DCTDecode") == 8
    assert "(naïve \\(a\\)) Tj".encode("cp1252") in content
    drawn = io.BytesIO()
    other = Sheet(100, 20, (), (Text(50, 2, "łódź", 8, 0.5),))
    write_pdf(drawn, [other], red, Letters(["łódź"]), 100)
    (packed,) = re.findall(
        rb"/FlateDecode /Length \d+ >>\nstream\n(.*?)\nendstream", drawn.getvalue(), re.DOTALL
    )
    assert 0 in zlib.decompress(packed)


def test_an_svg_embeds_its_pictures_and_escapes_its_words() -> None:
    """It is one file; what a label says is text in it."""
    table = table_of()._replace(title="<b>&\u202e", reasons={})
    sheet = lay_out(table, Style(60.0), half)
    svg = "".join(
        sheet_svg(
            sheet, lambda key, *_: None if key == "1-0" else jpeg_of(Image.new("RGB", (9, 9)))
        )
    )
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" ')
    assert svg.endswith("</svg>")
    assert svg.count("data:image/jpeg;base64,") == 4
    assert "&lt;b&gt;&amp;" in svg
    assert "\u202e" not in svg


_FORTY = """
import resource
from PIL import Image
from mj_notebook.images.contact_sheet import Style, Table, lay_out
from mj_notebook.images.fonts import Letters
from mj_notebook.images.sheet_png import write_png

keys = [[f"{row}-{column}" for column in range(40)] for row in range(40)]
labels, letters = [str(number) for number in range(40)], Letters([])
sheet = lay_out(Table("", ("y", "x"), labels, labels, keys, {}, {}), Style(41.0), letters.measure)
asked = []

def picture(key, width, height):
    asked.append(key)
    return Image.new("RGB", (width, height), "red")

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open("sheet.png", "wb") as file:
    write_png(file, sheet, picture, letters, 300)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
pixels = round(sheet.width * 300 / 72) * round(sheet.height * 300 / 72)
print(grown // 1024, len(asked), len(set(asked)), pixels * 3 // 2**20)
"""


def test_a_sheet_of_1600_pictures_stays_small_in_memory(tmp_path: Path) -> None:
    """Forty by forty, each picture asked for once; a whole sheet would be six times as large."""
    ran = subprocess.run(
        [sys.executable, "-c", _FORTY], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    grown, asked, different, whole = map(int, ran.stdout.split())
    assert (asked, different) == (1600, 1600)
    assert grown * 3 < whole
    with Image.open(tmp_path / "sheet.png") as image:
        assert image.width * image.height * 3 // 2**20 == whole


def test_pictures_fit_and_tiles_are_cut() -> None:
    """Smaller where they must be, larger where they may, one of four where that is wanted."""
    grid = Image.new("RGB", (200, 100), "red")
    grid.paste("blue", (100, 0, 200, 50))
    file = io.BytesIO()
    grid.save(file, "PNG")
    content = file.getvalue()
    assert fitted(content, None, 50, 50).size == (50, 25)
    assert fitted(content, None, 400, 400).size == (200, 100)
    assert fitted(content, None, 400, 400, may_grow=True).size == (400, 200)
    assert fitted(content, 2, 50, 50).getpixel((25, 12)) == (0, 0, 255)


def test_each_run_of_signs_has_a_font_that_has_them() -> None:
    """Marks stay with their letter, spaces with words of one font; the first has the rest."""
    has = {"latin": "abcé", "arabic": "شعر", "pictures": "🦊👩🎨"}

    def knows(name: str, cluster: str) -> bool:
        return cluster[0] in has[name]

    assert runs("abc شعر شعر 🦊 a", list(has), knows) == [
        ("latin", "abc "),
        ("arabic", "شعر شعر"),
        ("latin", " "),
        ("pictures", "🦊"),
        ("latin", " a"),
    ]
    assert runs("a\u0301👩\u200d🎨ж", list(has), knows) == [
        ("latin", "a\u0301"),
        ("pictures", "👩\u200d🎨"),
        ("latin", "ж"),
    ]


def test_a_font_has_all_signs_or_it_is_said() -> None:
    """One of the machine, or the one that is given; else which sign is lacking."""
    assert Letters(["naïve"]).measure("mm", 10) > Letters(["naïve"]).measure("ii", 10)
    with pytest.raises(UsageError, match="No font of this machine has “\U0010fffd”"):
        Letters(["\U0010fffd"])
    with pytest.raises(UsageError, match=r"no font 'no-such\.ttf'"):
        Letters([], "no-such.ttf")
