"""Looking for a secret that must stand nowhere: plain, encoded, and in whatever holds files."""

import base64
import binascii
import io
import json
import re
import sqlite3
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

_DATA_URL = re.compile(r"base64,([A-Za-z0-9+/]+)")


def spellings(secret: str) -> tuple[bytes, ...]:
    """Return what *secret* looks like plain, quoted, and inside base64 at any place."""
    text = secret.encode()
    # Of each of the three ways base64 may begin, the letters that depend on the secret alone.
    encoded = (base64.b64encode(b"\0" * shift + text)[shift + 2 : -4] for shift in range(3))
    wide = secret.encode("utf-16-le")[:-1]  # of either order of bytes
    return (text, wide, urllib.parse.quote(secret, safe="").encode(), *encoded, text.hex().encode())


def holds(content: bytes, secret: str) -> bool:
    """Tell whether the secret stands in *content* in any spelling."""
    return any(spelling in content for spelling in spellings(secret))


def in_value(value: Any, secret: str) -> bool:
    """Tell whether the secret stands in a JSON value, its keys included."""
    return holds(json.dumps(value, ensure_ascii=False, default=repr).encode(), secret)


_DAMAGED = (
    zipfile.BadZipFile,
    sqlite3.Error,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
_LARGEST = 200_000_000  # bytes; what says it is larger was made to fill the memory


def files_with(folder: Path, secret: str) -> list[str]:
    """
    Return the files below *folder* that hold the secret.

    Databases are read row by row, zip files entry by entry, of notebooks also what is base64.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [str(path.relative_to(folder)) for path in files if _file_holds(path, secret)]


def _file_holds(path: Path, secret: str) -> bool:
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # a journal of a database that is written meanwhile
        return False
    if holds(content, secret):
        return True
    # Of a file that tests have damaged, more than its bytes can't be read by anybody.
    with suppress(*_DAMAGED):
        if any(holds(part, secret) for part in _parts(path.name, content)):
            return True
        is_database = content.startswith(b"SQLite format 3")
        return is_database and any(holds(cell, secret) for cell in _cells(path))
    return False


def _parts(name: str, content: bytes) -> Iterator[bytes]:
    """Yield a file, and what is packed or encoded in it, however deep."""
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield packed.comment
            for entry in packed.infolist():
                yield entry.filename.encode() + entry.comment + entry.extra
                if entry.file_size <= _LARGEST:
                    yield from _parts(entry.filename, packed.read(entry))
    elif name.endswith(".ipynb"):
        for text in _texts(json.loads(content)):
            yield text.encode()  # without the signs that JSON escapes
            with suppress(binascii.Error, ValueError):
                yield base64.b64decode("".join(text.split()), validate=True)
            for found in _DATA_URL.findall(text):
                yield base64.b64decode(f"{found}===")


def _texts(value: Any) -> Iterator[str]:
    """Yield every string of a JSON value; lists of lines also joined, as notebooks write texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        if value and all(isinstance(line, str) for line in value):
            yield "".join(value)
        for inner in value:
            yield from _texts(inner)


def _cells(path: Path) -> Iterator[bytes]:
    """Yield every value of a database; compressed ones as what they hold."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            with suppress(sqlite3.Error):  # tables of full text search have parts of their own
                for row in connection.execute(f'SELECT * FROM "{name}"'):
                    yield from map(_plain, row)


def _plain(cell: object) -> bytes:
    if not isinstance(cell, bytes):
        return str(cell).encode()
    with suppress(zlib.error):
        return zlib.decompress(cell)
    return cell
