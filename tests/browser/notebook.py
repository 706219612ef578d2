"""Notebook files as plain JSON: nbformat would cost two seconds and is not needed for this."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Source = Sequence[str] | Path | Mapping[str, Any]
"""The text of the code cells, or the file of a notebook, or a notebook."""


def notebook_from(source: Source, *, kernel: str) -> dict[str, Any]:
    """Make a notebook that runs on the kernel of that name."""
    if isinstance(source, Path):
        notebook = json.loads(source.read_text(encoding="utf-8"))
    elif isinstance(source, Mapping):
        notebook = dict(source)
    else:
        cells = [_code_cell(index, text) for index, text in enumerate(source)]
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    specification = {"name": kernel, "display_name": "Python 3", "language": "python"}
    metadata = {**notebook["metadata"], "kernelspec": specification}
    return {**notebook, "metadata": metadata}


def _code_cell(index: int, text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"cell-{index}",
        "metadata": {},
        "execution_count": None,
        "source": text,
        "outputs": [],
    }
