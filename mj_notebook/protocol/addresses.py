"""Where an address begins and ends in a text that people or servers write."""

import re

CDN_HOSTS = frozenset(
    {
        "cdn.discordapp.com",
        "media.discordapp.net",
        "images-ext-1.discordapp.net",
        "images-ext-2.discordapp.net",
        "cdn.midjourney.com",
    }
)
"""Where finished pictures are served, by Discord and by Midjourney itself (README.md §8)."""

ADDRESS = re.compile(r"https?://[^\s<>\"'”]+", re.IGNORECASE)
"""An address in a text; quotation marks and brackets around it are no part of it."""


DATA = "data:"
"""How an address begins that holds the picture itself."""


def holds_content(address: str) -> bool:
    """Tell whether *address* holds the picture itself, so that it may have any length."""
    # Cut first: the rest may be a picture of megabytes.
    return address[: len(DATA)].lower() == DATA
