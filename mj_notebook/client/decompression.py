"""Unpacking answers piece by piece, so that a limit holds while they are unpacked."""

import zlib
from collections.abc import Iterator

ACCEPTED = "gzip, deflate"
"""What is asked for; an answer in anything else, or packed twice, was not asked for."""

# Unpacked by the piece, so that the limit of bytes stops a bomb before it is memory.
_PIECE = 2**20
# zlib's own numbers for "a gzip head" and "either head".
_GZIP, _EITHER = 16 + zlib.MAX_WBITS, 32 + zlib.MAX_WBITS


class UnpackError(Exception):
    """The answer can't be unpacked; the words say why."""


class Unpacker:
    """
    Unpacks one answer.

    Args:
        encoding: The answer's ``Content-Encoding``.

    Raises:
        UnpackError: That is none of `ACCEPTED`.
    """

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().lower()
        if name not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise UnpackError(f"it is packed as {encoding[:40]!r}, which was not asked for")
        self._is_plain = name in {"", "identity"}
        # Only with this name is a bare stream possible.
        self._is_raw = name == "deflate"
        self._inflater = zlib.decompressobj(_GZIP if "gzip" in name else _EITHER)
        self._has_begun = False

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what *chunk* holds, in pieces of a bounded size."""
        if self._is_plain:
            yield chunk
            return
        while chunk:
            try:
                piece = self._inflater.decompress(chunk, _PIECE)
            except zlib.error as error:
                if not self._is_raw or self._has_begun:
                    raise UnpackError("what is packed in it is broken") from error
                # Many servers mean the bare stream by "deflate".
                self._inflater, self._has_begun = zlib.decompressobj(-zlib.MAX_WBITS), True
                continue
            self._has_begun = True
            yield piece
            chunk = self._inflater.unconsumed_tail

    def finish(self) -> None:
        """Raise `UnpackError` when it ended before its end."""
        # A line that broke, where the length was not told, looks just like the end.
        if not self._is_plain and self._has_begun and not self._inflater.eof:
            raise UnpackError("it ended before its end")
