"""Values within values, as JSON nests them, walked without a call for each level.

What comes from a server, a file or a person may be nested deeper than Python calls may be.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any


def map_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return *value* with *change* done to all in it that is no list and no mapping."""
    root = [value]
    left: list[tuple[Any, Any]] = [(root, 0)]
    while left:
        holder, place = left.pop()
        item = holder[place]
        if isinstance(item, Mapping):
            # Copies all the way down: what was given stays as it was.
            holder[place] = made = dict(item)
            left.extend((made, key) for key in made)
        elif isinstance(item, list | tuple):
            holder[place] = listed = list(item)
            left.extend((listed, index) for index in range(len(listed)))
        else:
            holder[place] = change(item)
    return root[0]


def leaves(value: Any) -> Iterator[Any]:
    """Yield all in *value* that is no list and no mapping, in its order."""
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, Mapping):
            # Reversed, as the last is taken first.
            left.extend(reversed(list(item.values())))
        elif isinstance(item, list | tuple):
            left.extend(reversed(item))
        else:
            yield item
