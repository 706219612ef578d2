"""PNG: text chunks before the picture's own, which are copied as they are (PNG 3rd ed., 11.3)."""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from mj_notebook.images.metadata.captions import png_keywords
from mj_notebook.images.metadata.carrier import (
    MAX_RECORD,
    Payload,
    corrupt_file_error,
    single_record,
)
from mj_notebook.images.metadata.xmp import is_ours, packet_of
from mj_notebook.language import translated

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PACKET, _RECORD = b"XML:com.adobe.xmp", b"mj_notebook"
_PACKET_HEAD = _PACKET + b"\0\0\0\0\0"
# Stands where a chunk has room for its keyword in another language.
_MARK = b"mj_notebook"
# What tells about a picture and is no part of it; C2PA's claims (caBX) name who drew it.
_METADATA_CHUNKS = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"caBX"}
# A picture in parts of 8 kB stays far below; more is made to keep us busy.
_MOST_CHUNKS = 200_000


class _Chunk(NamedTuple):
    kind: bytes
    body: memoryview
    raw: memoryview


def embed(content: bytes, payload: Payload) -> bytes:
    """Return *content* with what is *payload* in front of its picture, in place of an older one."""
    chunks, rest = _without_ours(content)
    ours = [_text(word.encode(), text.encode()) for word, text in png_keywords(payload.lines)]
    if not any(_keyword(chunk) == _PACKET for chunk in chunks):
        ours.append(_text(_PACKET, packet_of(payload.lines), b""))
    ours.append(_text(_RECORD, payload.record))
    first = next((i for i, chunk in enumerate(chunks) if chunk.kind == b"IDAT"), None)
    if first is None:
        raise corrupt_file_error(translated("it holds no picture"))
    wholes = [chunk.raw for chunk in chunks]
    return b"".join((_SIGNATURE, *wholes[:first], *ours, *wholes[first:], rest))


def strip(content: bytes, *, everything: bool) -> bytes:
    """Return *content* without what we wrote, or without *everything* that tells about it."""
    if not everything:
        chunks, rest = _without_ours(content)
        return b"".join((_SIGNATURE, *(chunk.raw for chunk in chunks), rest))
    kept = (chunk.raw for chunk in _chunks(content)[0] if chunk.kind not in _METADATA_CHUNKS)
    return b"".join((_SIGNATURE, *kept))


def extract(content: bytes) -> bytes | None:
    """Return the record *content* carries, as JSON."""
    found = (_read_text(chunk) for chunk in _chunks(content)[0] if _keyword(chunk) == _RECORD)
    return single_record(list(found))


def _without_ours(content: bytes) -> tuple[list[_Chunk], memoryview]:
    """Return the chunks of *content* without what we wrote, and what follows them."""
    chunks, rest = _chunks(content)
    return [chunk for chunk in chunks if not _is_ours(chunk)], rest


def _chunks(content: bytes) -> tuple[list[_Chunk], memoryview]:
    """Return all chunks of *content*, each one proved by its checksum, and what follows them."""
    chunks: list[_Chunk] = []
    end = len(_SIGNATURE)
    for chunk in _walk(memoryview(content)):
        if len(chunks) >= _MOST_CHUNKS:
            raise corrupt_file_error(translated("it has too many parts"))
        chunks.append(chunk)
        end += len(chunk.raw)
    if chunks[0].kind != b"IHDR":
        raise corrupt_file_error(translated("it does not begin as a PNG does"))
    return chunks, memoryview(content)[end:]


def _walk(view: memoryview) -> Iterator[_Chunk]:
    at, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        if at + 12 > len(view):
            raise corrupt_file_error(translated("it ends too early"))
        length, kind = struct.unpack_from(">I4s", view, at)
        end = at + 12 + length
        if end > len(view):
            raise corrupt_file_error(
                translated("it ends too early, or a part of it is far too large")
            )
        body = view[at + 8 : end - 4]
        if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise corrupt_file_error(translated("a checksum in it is wrong"))
        yield _Chunk(kind, body, view[at:end])
        at = end


def _text(keyword: bytes, text: bytes, mark: bytes = _MARK) -> bytes:
    """Write an iTXt chunk: UTF-8, not compressed, of no language; *mark* tells that it's ours."""
    body = b"iTXt" + keyword + b"\0\0\0\0" + mark + b"\0" + text
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def _keyword(chunk: _Chunk) -> bytes:
    return bytes(chunk.body[:80]).partition(b"\0")[0] if chunk.kind == b"iTXt" else b""


def _is_ours(chunk: _Chunk) -> bool:
    """Tell whether we wrote *chunk*; the standard's keywords may be used by others as well."""
    keyword = _keyword(chunk)
    if keyword == _PACKET:
        return is_ours(bytes(chunk.body).removeprefix(_PACKET_HEAD))
    if keyword == _RECORD:
        return True
    mark = bytes(chunk.body[len(keyword) : len(keyword) + 5 + len(_MARK)])
    return bool(keyword) and mark == b"\0\0\0\0" + _MARK + b"\0"


def _read_text(chunk: _Chunk) -> bytes:
    """Return the text of an iTXt chunk; other programs may have compressed it."""
    _, _, rest = bytes(chunk.body).partition(b"\0")
    if len(rest) < 2:
        raise corrupt_file_error(translated("its record ends too early"))
    packed, (_, _, rest) = rest[0], rest[2:].partition(b"\0")
    text = rest.partition(b"\0")[2]
    if not packed:
        return text
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(text, MAX_RECORD + 1)
    except zlib.error as error:
        raise corrupt_file_error(translated("its record can't be unpacked")) from error
    if not unpacker.eof:
        raise corrupt_file_error(translated("its record is far too large, or ends too early"))
    return text
