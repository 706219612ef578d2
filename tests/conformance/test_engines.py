"""Every operation with an engine behind the server: the same notebook works with all of them."""

from pathlib import Path

import pytest

from mj_notebook.errors import MJError
from tests.conformance.operations import (
    EVERY,
    OPERATIONS,
    PLUS,
    Operation,
    imagine,
    vary_one,
)
from tests.conformance.talk import Talk
from tests.server.backends.engines.table import ENGINES, MODELS

CAN_NOT = {
    ("openai", "Upscale (Subtle, Creative)"): "the images API draws no picture larger",
    ("openai", "Seed"): "it takes no seeds",
}
"""What an engine can't do, and why; there the button is missing, or the server says no."""
SIDE = 512
"""Of a grid: the engines draw in steps, and a shape must be seen in spite of them."""

ALL = "a1111"
"""The engine that every operation is tried with."""
DIFFERENT = {
    *("Imagine", "… with reference pictures", "Blend", "Four more like one (V1–V4)"),
    *("Upscale (Subtle, Creative)", "Vary (Region)", "Zoom out", "Edit", "Seed", "Cancel"),
}
"""What each engine is asked for in its own way; all else is the server's, whatever draws."""

_ROWS = [
    pytest.param(
        engine,
        operation,
        id=f"{engine}-{number}-{operation.name}",
        # With the painter each is tried by day.
        marks=() if operation.name in DIFFERENT else pytest.mark.nightly,
    )
    for number, operation in enumerate(OPERATIONS)
    for engine in ENGINES
    if PLUS in operation.dialects and (engine == ALL or operation.name in DIFFERENT)
]


def test_what_differs_is_in_the_table() -> None:
    """A row that was renamed would be tried with one engine only."""
    named = {operation.name for operation in OPERATIONS}
    assert DIFFERENT | {name for _, name in CAN_NOT} <= named


@pytest.mark.parametrize(("engine", "operation"), _ROWS)
def test_an_operation_works_or_is_refused(
    engine: str, operation: Operation, tmp_path: Path
) -> None:
    """As with the painter; what an engine can't do is not there, and one sentence says so."""
    with ENGINES[engine](tmp_path) as stand_in:
        backend = stand_in.choice(model=MODELS[engine])
        if operation.name == "Cancel":
            stand_in.fault = "slow"  # else it may be done before anybody can give it up
        with Talk(tmp_path, PLUS, backend=backend, picture_side=SIDE) as talk:
            if (engine, operation.name) not in CAN_NOT:
                operation.check(talk)
                return
            with pytest.raises(MJError) as caught:
                operation.check(talk)
            assert str(caught.value.args[0]).endswith(".")


@pytest.mark.parametrize("dialect", EVERY)
def test_an_engine_stands_behind_every_dialect(dialect: str, tmp_path: Path) -> None:
    """How the server answers has nothing to do with what draws."""
    with ENGINES["a1111"](tmp_path) as stand_in:
        backend = stand_in.choice()
        with Talk(tmp_path, dialect, backend=backend, picture_side=SIDE) as talk:
            imagine(talk)
            vary_one(talk)
        assert len(stand_in.drawings("/sdapi/v1/txt2img")) == 8
        assert len(stand_in.drawings("/sdapi/v1/img2img")) == 4
