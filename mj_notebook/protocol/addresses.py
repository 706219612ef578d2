"""Where an address begins and ends in a text that people or servers write."""

import re

ADDRESS = re.compile(r"https?://[^\s<>\"'”]+", re.IGNORECASE)
"""An address in a text; quotation marks and brackets around it are no part of it."""
