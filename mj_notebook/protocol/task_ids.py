"""What can be the id of a task or an account: it becomes part of an address and of sentences."""

import re

# Far above any that was seen; an id becomes a part of a URL and of a file's name.
_LONGEST = 200
# These part an address, whoever unescapes it on the way; a whole address is no id either.
_PARTING = re.compile(r"[/\\?#%]")


def is_id(text: str) -> bool:
    """
    Tell whether *text* can be an id.

    Servers of the family give digits, some letters and hyphens; others are taken as they come. Dots
    alone and what parts an address would lead to another one, and what is no sign to be seen to
    another sentence.
    """
    is_short = len(text.strip()) > 0 and len(text) <= _LONGEST
    return (
        is_short
        and text.isprintable()
        and text not in {".", ".."}
        and "\ufffd" not in text  # was no text: nobody could ask for it again
        and _PARTING.search(text) is None
    )
