"""A frozen notebook changes only when a person changed it, and gives nothing away."""

import base64
import codecs
import io
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mj_notebook.api.strip import SMALL, strip_file, stripped
from mj_notebook.errors import UsageError
from mj_notebook.session.session import Session
from mj_notebook.settings.settings import Secret
from tests.support.rig import PLANTED_SECRET, SECRET, Rig

TASK = "application/vnd.mj-notebook.task.v1+json"
nbformat: Any = import_module("nbformat")  # it carries no types
VIEW = "application/vnd.jupyter.widget-view+json"


def picture(side: int) -> str:
    """Return a noisy picture as it stands in a notebook."""
    buffer = io.BytesIO()
    Image.effect_noise((side, side), 80).save(buffer, "JPEG")
    return base64.b64encode(buffer.getvalue()).decode()


def made(*outputs: dict[str, Any], source: str = "%%mj\na red kite", **more: Any) -> dict[str, Any]:
    """Return a notebook with one cell as Jupyter keeps it."""
    cell = {
        "cell_type": "code",
        "execution_count": 7,
        "id": "c1",
        "metadata": {"execution": {"iopub.status.busy": "2026"}, "scrolled": True, "tags": ["a"]},
        "outputs": list(outputs),
        "source": source.splitlines(keepends=True),
    }
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.12.1"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"1": {}}}},
        **more,
    }
    return {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def shown(**bundle: Any) -> dict[str, Any]:
    """Return an output that shows *bundle*."""
    return {"data": bundle, "metadata": {}, "output_type": "display_data"}


def twin(side: int = 700) -> dict[str, Any]:
    """Return the static output of a job, its lines apart as Jupyter keeps them."""
    html = f'<figure>\n<img src="data:image/jpeg;base64,{picture(side)}">\n</figure>'
    bundle = {
        "text/html": html.splitlines(keepends=True),
        "text/plain": ["mj: done"],
        "image/jpeg": picture(side),
        TASK: {"prompt": "a red kite"},
    }
    return shown(**bundle)


def put(folder: Path, notebook: dict[str, Any]) -> Path:
    """Write a notebook as Jupyter does."""
    path = folder / "a.ipynb"
    nbformat.write(nbformat.from_dict(notebook), path)
    return path


def sides(text: str) -> list[int]:
    """Return the longest side of each picture in a page."""
    found = [part.partition('"')[0] for part in text.split("base64,")[1:]]
    return [max(Image.open(io.BytesIO(base64.b64decode(one))).size) for one in found]


def test_what_changes_by_itself_goes(tmp_path: Path) -> None:
    """Counts, times, widget states and panels go; cells, tags and the kernel's name stay."""
    panel = shown(**{VIEW: {"model_id": "1"}, "text/plain": "Panel(…)"})
    result = {**twin(), "output_type": "execute_result", "execution_count": 7}
    path = put(tmp_path, made(result, panel, papermill={"input_path": "/tmp/a.ipynb"}))
    assert strip_file(path)
    left = json.loads(path.read_text())
    (cell,) = left["cells"]
    assert (cell["execution_count"], cell["metadata"]) == (None, {"tags": ["a"]})
    (output,) = cell["outputs"]
    assert output["execution_count"] is None
    assert TASK in output["data"]
    assert set(left["metadata"]) == {"kernelspec", "language_info"}
    assert left["metadata"]["language_info"] == {"name": "python"}
    assert cell["source"] == ["%%mj\n", "a red kite"]
    nbformat.validate(nbformat.read(path, as_version=4))


def test_doing_it_twice_changes_nothing(tmp_path: Path) -> None:
    """A frozen notebook stays as it is to the byte, whoever wrote it."""
    path = put(tmp_path, made(twin()))
    strip_file(path)
    once = path.read_bytes()
    before = path.stat().st_mtime_ns
    assert not strip_file(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (once, before)


def test_jupyter_writes_the_same_text(tmp_path: Path) -> None:
    """Opened and saved in Jupyter, a frozen notebook shows no change but what was changed."""
    path = put(tmp_path, made(twin()))
    strip_file(path)
    text = path.read_bytes()
    nbformat.write(nbformat.read(path, as_version=4), path)
    assert path.read_bytes() == text


@pytest.mark.parametrize("indent", [1, 2, 4, None])
@pytest.mark.parametrize("letters", ["plain", "escaped"])
def test_the_writing_of_other_programs_is_kept(
    tmp_path: Path, indent: int | None, letters: str
) -> None:
    """Indent, escapes, the order of keys and the end of the file stay as they were."""
    notebook = made(twin(), source="%%mj\n雨")
    clean = stripped(notebook)
    separators = None if indent else (",", ":")
    for end in ("", "\n"):
        path = tmp_path / "a.ipynb"
        path.write_text(
            json.dumps(
                notebook, indent=indent, ensure_ascii=letters == "escaped", separators=separators
            )
            + end
        )
        strip_file(path)
        wanted = json.dumps(
            clean, indent=indent, ensure_ascii=letters == "escaped", separators=separators
        )
        assert json.loads(path.read_text()) == clean
        if indent:
            assert path.read_text() == wanted + end
        else:
            assert path.read_text().count("\n") == len(end)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["plain", "mark"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_lines_stay_lines(tmp_path: Path, line_end: str, mark: bytes, end: str) -> None:
    """Indent, line ends, a byte order mark and the end of the file, each with each other."""
    notebook = made(twin())
    path = tmp_path / "a.ipynb"

    def written(values: object) -> bytes:
        text = json.dumps(values, indent=1, ensure_ascii=False) + end
        return mark + text.replace("\n", line_end).encode()

    path.write_bytes(written(notebook))
    assert strip_file(path)
    assert path.read_bytes() == written(stripped(notebook))


def test_pictures_get_small_or_stay() -> None:
    """Twins keep small pictures, all of them with --keep-pictures; other outputs keep theirs."""
    other = shown(**{"image/jpeg": picture(700)})
    notebook = made(twin(), other, twin(100))
    first, plot, small = stripped(notebook)["cells"][0]["outputs"]
    assert sides("".join(first["data"]["text/html"])) == [SMALL]
    assert sides("base64," + first["data"]["image/jpeg"]) == [SMALL]
    assert isinstance(first["data"]["text/html"], list)
    assert plot == other
    assert small == notebook["cells"][0]["outputs"][2]
    kept = stripped(notebook, keep_pictures=True)["cells"][0]["outputs"]
    assert kept == notebook["cells"][0]["outputs"]


def test_a_real_twin_is_frozen_and_still_read(rig: Rig, session: Session, tmp_path: Path) -> None:
    """What a job displays keeps its record and its words, and no secret is in the file."""
    job = rig.drawn(session)
    bundle = job._repr_mimebundle_()
    path = put(tmp_path, made(shown(**bundle)))
    strip_file(path, secrets=[Secret(SECRET)], home=str(tmp_path))
    output = json.loads(path.read_text())["cells"][0]["outputs"][0]["data"]
    assert output[TASK]["task"]["id"] == job.id
    assert "".join(output["text/plain"]) == bundle["text/plain"]
    assert SECRET not in path.read_text()


@pytest.mark.parametrize(
    ("notebook", "said"),
    [
        (made(source=f"mj.configure(secret='{PLANTED_SECRET}')"), "cell 1, source: your secret"),
        (made(shown(**{"text/plain": f"x{PLANTED_SECRET}x"})), "cell 1, output 1: your secret"),
        (made(more={"a": {PLANTED_SECRET: 1}}), "the notebook's metadata: your secret"),
        (made(source="open('/home/ada/kite.png')"), "cell 1, source: a home folder"),
        (
            made({"output_type": "error", "traceback": ["at /there/is/home/x.py"]}),
            "cell 1, output 1: your home folder",
        ),
        (
            made(
                shown(
                    **{"image/png": base64.b64encode(b"x" * 200 + PLANTED_SECRET.encode()).decode()}
                )
            ),
            "cell 1, output 1: your secret in a picture",
        ),
    ],
)
def test_what_must_not_be_handed_on_is_refused(
    tmp_path: Path, notebook: dict[str, Any], said: str
) -> None:
    """The sentence says where, never what; nothing is written."""
    path = put(tmp_path, notebook)
    before = path.read_bytes()
    with pytest.raises(UsageError) as caught:
        strip_file(
            path, tmp_path / "out.ipynb", secrets=[Secret(PLANTED_SECRET)], home="/there/is/home"
        )
    assert said in str(caught.value)
    assert PLANTED_SECRET not in str(caught.value)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_another_place_leaves_the_notebook_alone(tmp_path: Path) -> None:
    """With an output the notebook itself is not touched, and a copy is there even unchanged."""
    path = put(tmp_path, made(twin()))
    before = path.read_bytes()
    out = tmp_path / "out.ipynb"
    assert strip_file(path, out)
    assert path.read_bytes() == before
    again = tmp_path / "again.ipynb"
    assert not strip_file(out, again)
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.parametrize(
    "notebook",
    [
        {"cells": []},
        {"cells": [{}], "metadata": None},
        {"cells": [{"outputs": [1, None, {"data": 3}, {"data": {TASK: 1, "image/png": 5}}]}]},
        {"cells": [{"metadata": 3, "outputs": [{"data": {TASK: 1, "text/html": "base64,!!"}}]}]},
        {"cells": [{"outputs": [{"data": {TASK: 1, "image/jpeg": "bm8gcGljdHVyZQ=="}}]}]},
    ],
)
def test_odd_notebooks_stay_as_they_are(notebook: dict[str, Any]) -> None:
    """What is not understood is left, never lost."""
    assert stripped(notebook) == notebook
