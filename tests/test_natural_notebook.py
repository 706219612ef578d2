"""What a natural notebook promises, line by line, and the test that shows each of them."""

import ast
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
LIST = FOLDER / "natural_notebook.txt"


@cache
def named_in(place: str) -> frozenset[str]:
    """Return the names of the tests of a module, as its file has them."""
    folder, _, module = f"/{place}".rpartition("/")
    path = FOLDER / folder.strip("/") / f"test_{module}.py"
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef))


def test_each_promise_has_its_test() -> None:
    """It is there under its name, in the file that is named: who renames it finds this list."""
    promises = [line for line in LIST.read_text("utf-8").splitlines()[1:] if line]
    without = []
    for promise in promises:
        place, _, name = promise.rpartition(" | ")[2].partition(" : ")
        if f"test_{name}" not in named_in(place):
            without.append(promise)
    assert not without
    assert len(set(promises)) == len(promises) > 80
