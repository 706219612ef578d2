"""What can be the id of a task or an account: it becomes part of an address and of sentences."""

_LONGEST = 200


def is_id(text: str) -> bool:
    """
    Tell whether *text* can be an id.

    Servers of the family give digits, some letters and hyphens; others are taken as they come. Dots
    alone would lead to another address, and what is no sign to be seen to another sentence.
    """
    return 0 < len(text) <= _LONGEST and text.isprintable() and text not in {".", ".."}
