"""The uploader in JupyterLab: what a person chooses, drops or pastes is what the kernel has."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.server import Theme

pytestmark = pytest.mark.browser

OPEN = "from mj_notebook.widgets.uploader import Uploader\nuploader = Uploader(MOST, 'Pictures to try')\nuploader"


def noise(width: int, height: int) -> Image.Image:
    """Return a picture that hardly any format makes smaller."""
    numbers = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype="uint8")
    return Image.fromarray(numbers)


def file_of(folder: Path, name: str, image: Image.Image, kind: str, **options: Any) -> Path:
    """Write *image* into a file, and return its path."""
    path = folder / name
    image.save(path, kind, **options)
    return path


class Desk:
    """A notebook that shows an uploader."""

    def __init__(self, lab: Lab, most: int = 5, theme: Theme = "light") -> None:
        self.lab, self.page = lab, lab.page
        lab.open("uploader.ipynb", [OPEN.replace("MOST", str(most)), ""], theme=theme)
        lab.command("application:toggle-left-area")
        lab.run_cell(0)
        self.root = self.page.locator(".mj-uploader").first
        self.rows = self.root.get_by_role("listitem")
        self.here = self.root.locator(".mj-uploader-here")
        expect(self.root).to_be_visible()

    def choose(self, *paths: Path) -> None:
        """Choose files as the button's dialog would."""
        self.root.locator("input[type=file]").set_input_files(list(paths))

    def pictures(self) -> list[tuple[str, int, str, tuple[int, int]]]:
        """Return name, length, format and size of what the kernel has."""
        told = self.lab.kexec(
            "import io, json\nfrom PIL import Image\n"
            "opened = [Image.open(io.BytesIO(one)) for one in uploader.pictures]\n"
            "[image.load() for image in opened]\n"
            "print(json.dumps([[n, len(p), i.format, i.size] for n, p, i in"
            " zip(uploader.names, uploader.pictures, opened)]))"
        )
        return [(name, length, kind, tuple(size)) for name, length, kind, size in json.loads(told)]


def test_a_large_photo_arrives_smaller(lab: Lab, tmp_path: Path) -> None:
    """A file of 12 MB is written smaller in the page, said so, and arrives as a whole picture."""
    photo = file_of(tmp_path, "photo.jpg", noise(3600, 2400), "JPEG", quality=97)
    assert photo.stat().st_size > 11_000_000
    desk = Desk(lab)
    desk.choose(photo)
    expect(desk.here).to_have_count(1, timeout=60_000)
    expect(desk.here).to_contain_text("MB, sent as JPEG with 2048 × 1365 (")
    ((name, length, kind, size),) = desk.pictures()
    assert (name, kind, size) == ("photo.jpg", "JPEG", (2048, 1365))
    assert length <= 4_000_000
    lab.screenshot("uploader-light", desk.root)
