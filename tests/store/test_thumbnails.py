"""Small pictures are kept beside the history of what they are of."""

from mj_notebook.store.history import Store


def test_thumbnails_are_kept_by_the_picture_they_are_of(store: Store) -> None:
    """Those that are there, in one question."""
    store.thumbnails.save({"aa": b"\xff\xd8\xff1", "bb": b"\xff\xd8\xff2"})
    store.thumbnails.save({"aa": b"\xff\xd8\xff3"})
    assert store.thumbnails.of(["aa", "cc"]) == {"aa": b"\xff\xd8\xff3"}
    assert store.thumbnails.of([]) == {}
