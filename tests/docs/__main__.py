"""Writes what pages show of the program's tables: ``python -m tests.docs``."""

from tests.docs.written import PARTS

if __name__ == "__main__":
    for part in PARTS:
        part.page.write_text(part.renewed(), "utf-8")
