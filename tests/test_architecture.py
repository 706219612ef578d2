"""The house is as it is drawn: its rooms, its floors, and what a contributor is told of them."""

from tests.support.floors import PACKAGE, ROOT, contracts, drawing, floors

_LOOSE = {"__init__.py", "__main__.py", "_version.py", "errors.py", "py.typed"}


def test_contributing_draws_the_floors_as_they_are_kept() -> None:
    """CONTRIBUTING.md has the drawing that ``python -m tests.support.floors`` prints."""
    assert f"```\n{drawing()}\n```" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_every_room_stands_on_one_floor() -> None:
    """No folder and no loose module is left out of the contract."""
    found = {path.name for path in (ROOT / PACKAGE).iterdir() if path.name != "__pycache__"}
    rooms = [room for floor in floors() for room in floor]
    assert len(rooms) == len(set(rooms))
    assert {path.removesuffix(".py") for path in found - _LOOSE} | {"errors", "__main__"} == set(
        rooms
    )
    assert len(floors()) == 9


def test_tests_mirror_the_rooms() -> None:
    """Each room has its folder of tests."""
    rooms = {room for floor in floors() for room in floor} - {"errors", "__main__"}
    missing = {room for room in rooms if not (ROOT / "tests" / room).is_dir()}
    assert missing == set()


def test_each_exception_of_a_contract_is_needed() -> None:
    """What a contract lets through by name is there; the confinements name rooms, not modules."""
    exceptions = [
        line
        for contract in contracts()
        if contract["type"] == "layers"
        for line in contract.get("ignore_imports", [])
    ]
    # A job and its session, and the six parts of a job that are given it, name each other's types.
    assert len(exceptions) <= 9
    assert all(line.startswith("mj_notebook.session.job") for line in exceptions)
