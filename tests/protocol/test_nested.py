"""Nested values, walked."""

from typing import Any

import pytest

from mj_notebook.protocol.nested import leaves, map_leaves

DEPTH = 100_000


def deep(leaf: object) -> Any:
    """Nest *leaf* deeper than Python calls may be."""
    value = leaf
    for level in range(DEPTH):
        value = [value] if level % 2 else {"a": value}
    return value


@pytest.mark.parametrize("value", [1, "a", None, [], {}, [1, "a"], {"a": [{"b": 2}, 3], "c": "d"}])
def test_what_changes_nothing_gives_the_same(value: object) -> None:
    """The shape stays, and nothing of the given value itself is changed."""
    assert map_leaves(value, lambda leaf: leaf) == value
    if isinstance(value, list | dict):
        assert map_leaves(value, lambda leaf: leaf) is not value


def test_each_leaf_is_changed_and_no_key() -> None:
    """Tuples become lists, as in JSON."""
    assert map_leaves({"a": ("a", 1)}, lambda leaf: f"<{leaf}>") == {"a": ["<a>", "<1>"]}


def test_leaves_come_in_their_order() -> None:
    """As they are read."""
    assert list(leaves({"a": [1, {"b": 2}, [3]], "c": 4})) == [1, 2, 3, 4]


def test_however_deep_it_goes() -> None:
    """No call is made for a level."""
    assert list(leaves(deep("red"))) == ["red"]
    assert list(leaves(map_leaves(deep("red"), str.upper))) == ["RED"]
