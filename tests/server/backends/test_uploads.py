"""Pictures that clients send along."""

from pathlib import Path

from mj_notebook.protocol.media import data_url
from mj_notebook.server.backends.uploads import UploadStore


def test_a_picture_is_known_by_its_bytes(tmp_path: Path) -> None:
    """However it was sent, with a folder or without, it has the same name."""
    texts = (data_url(b"picture", "image/png"), "cGljdHVyZQ==")
    for references in (UploadStore(tmp_path), UploadStore(None)):
        names = references.add_all(texts)
        assert names is not None
        assert len(set(names)) == 1
    assert [path.read_bytes() for path in (tmp_path / "references").iterdir()] == [b"picture"]


def test_one_that_is_broken_breaks_all(tmp_path: Path) -> None:
    """Nothing is kept of a request that will be refused."""
    assert UploadStore(tmp_path).add_all(("cGljdHVyZQ==", "no picture")) is None
    assert not (tmp_path / "references").exists()
