"""Packages as an installer leaves them, so that entry points are found as in real life."""

from pathlib import Path


def install_backend(folder: Path, name: str, target: str) -> Path:
    """Write what an installed package leaves that brings the backend *name*; return its folder."""
    return install_plugin(folder, "mj_notebook.backends", name, target)


def install_plugin(folder: Path, group: str, name: str, target: str) -> Path:
    """Write what an installed package leaves that has an entry point; return its folder."""
    written = folder / f"{name}_plugin-1.0.dist-info"
    written.mkdir(parents=True)
    (written / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-plugin\nVersion: 1.0\n")
    (written / "entry_points.txt").write_text(f"[{group}]\n{name} = {target}\n")
    return folder
