"""The report on kept pictures, as text and as a table."""

from mj_notebook.view.verification import PictureFault, Verification

LOST = PictureFault("17", "this server", "a red kite", "picture", "ab.png", "missing")
GONE = PictureFault(
    "18", "p.example", "", "tile 2", "", "never kept", "gone", "It belongs elsewhere."
)
BACK = PictureFault("19", "this server", "a kite", "picture", "cd.png", "damaged", "fetched again")


def test_one_sentence_says_it_all() -> None:
    """Counts of what is wrong and of what came of it; nothing that is nought."""
    assert Verification(1).summary == "1 picture checked: all are there and whole."
    assert Verification(3, (LOST, GONE, BACK)).summary == (
        "3 pictures checked: 1 missing, 1 damaged, 1 never kept, 1 fetched again, 1 gone."
    )


def test_it_is_well_when_all_came_back() -> None:
    """Repaired pictures are whole again; anything else is not."""
    assert Verification(1, (BACK,)).is_ok
    assert not Verification(2, (BACK, GONE)).is_ok
    assert not Verification(1, (LOST,)).is_ok


def test_the_text_names_each_one() -> None:
    """A line each, with the reason, and what to do where something can be done."""
    assert repr(Verification(2, (LOST, GONE))).splitlines() == [
        "2 pictures checked: 1 missing, 1 never kept, 1 gone.",
        "missing: picture of task 17 · a red kite · ab.png",
        "never kept: tile 2 of task 18 · gone · It belongs elsewhere.",
        "mj.verify(repair=True) fetches again what the server still has.",
    ]
    assert "repair" not in repr(Verification(1, (BACK,)))


def test_the_table_has_heads_and_a_row_each() -> None:
    """Nothing wrong needs no table."""
    shown = Verification(2, (LOST, GONE))._repr_html_()
    assert shown.count("<tr>") == 3
    assert 'scope="col"' in shown
    assert "gone: It belongs elsewhere." in shown
    assert "<table" not in Verification(2)._repr_html_()
