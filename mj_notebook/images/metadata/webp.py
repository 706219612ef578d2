"""WebP: chunks behind the picture's own, which are copied as they are (RFC 9649, 2)."""

import struct
from typing import NamedTuple

from mj_notebook.images.metadata.carrier import Payload, corrupt_file_error, single_record
from mj_notebook.images.metadata.xmp import is_ours, packet_of
from mj_notebook.language import translated

_HEAD, _PACKET, _EXIF, _RECORD = b"VP8X", b"XMP ", b"EXIF", b"MJNB"
_PICTURES = {b"VP8 ", b"VP8L"}
_HAS_PACKET, _HAS_EXIF, _HAS_ALPHA = 0x04, 0x08, 0x10


class _Chunk(NamedTuple):
    kind: bytes
    body: bytes

    def __bytes__(self) -> bytes:
        return (
            self.kind + struct.pack("<I", len(self.body)) + self.body + b"\0" * (len(self.body) % 2)
        )


def embed(content: bytes, payload: Payload) -> bytes:
    """Return *content* with what is *payload* behind its picture, in place of an older one."""
    chunks, rest = _chunks(content)
    kept = _without_ours(chunks)
    if kept[0].kind != _HEAD:
        kept.insert(0, _head(kept[0]))
    kept[0] = _flagged(kept[0], add=_HAS_PACKET)
    if not any(chunk.kind == _PACKET for chunk in kept):
        kept.append(_Chunk(_PACKET, packet_of(payload.lines)))
    return _join([*kept, _Chunk(_RECORD, payload.record)]) + rest


def strip(content: bytes, *, everything: bool) -> bytes:
    """Return *content* without what we wrote, or without *everything* that tells about it."""
    chunks, rest = _chunks(content)
    telling = (_PACKET, _RECORD, _EXIF) if everything else ()
    kept = [chunk for chunk in _without_ours(chunks) if chunk.kind not in telling]
    if kept != chunks and kept[0].kind == _HEAD:
        kinds = {chunk.kind for chunk in kept}
        flags = {_PACKET: _HAS_PACKET, _EXIF: _HAS_EXIF}
        kept[0] = _flagged(
            kept[0], take=sum(flag for kind, flag in flags.items() if kind not in kinds)
        )
        # A head over one plain picture was only needed for what is gone.
        if len(kept) == 2 and kept[1].kind in _PICTURES:
            del kept[0]
    return _join(kept) + (b"" if everything else rest)


def extract(content: bytes) -> bytes | None:
    """Return the record *content* carries, as JSON."""
    return single_record([chunk.body for chunk in _chunks(content)[0] if chunk.kind == _RECORD])


def _without_ours(chunks: list[_Chunk]) -> list[_Chunk]:
    """Return *chunks* without what we wrote."""
    return [chunk for chunk in chunks if not _is_ours(chunk)]


def _is_ours(chunk: _Chunk) -> bool:
    return chunk.kind == _RECORD or (chunk.kind == _PACKET and is_ours(chunk.body))


def _chunks(content: bytes) -> tuple[list[_Chunk], bytes]:
    end = 8 + struct.unpack_from("<I", content, 4)[0]
    if end > len(content):
        raise corrupt_file_error(translated("it ends too early"))
    found: list[_Chunk] = []
    at = 12
    while at < end:
        if at + 8 > end:
            raise corrupt_file_error(translated("it ends too early"))
        kind, length = struct.unpack_from("<4sI", content, at)
        if at + 8 + length > end:
            raise corrupt_file_error(
                translated("it ends too early, or a part of it is far too large")
            )
        found.append(_Chunk(kind, content[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    if not found or found[0].kind not in (_HEAD, *_PICTURES) or len(found[0].body) < 10:
        raise corrupt_file_error(translated("it does not begin as a WebP does"))
    return found, content[end:]


def _head(picture: _Chunk) -> _Chunk:
    """Make the head of an extended file for a *picture* that had none."""
    body = picture.body
    if picture.kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        width, height = bits & 0x3FFF, bits >> 14 & 0x3FFF
        flags = _HAS_ALPHA if bits >> 28 & 1 else 0
    else:
        across, down = struct.unpack_from("<HH", body, 6)
        width, height, flags = (across & 0x3FFF) - 1, (down & 0x3FFF) - 1, 0
    if min(width, height) < 0:
        raise corrupt_file_error(translated("it has no size"))
    sizes = width.to_bytes(3, "little") + height.to_bytes(3, "little")
    return _Chunk(_HEAD, bytes([flags, 0, 0, 0]) + sizes)


def _flagged(head: _Chunk, *, add: int = 0, take: int = 0) -> _Chunk:
    return _Chunk(_HEAD, bytes([(head.body[0] | add) & ~take]) + head.body[1:])


def _join(chunks: list[_Chunk]) -> bytes:
    body = b"WEBP" + b"".join(map(bytes, chunks))
    return b"RIFF" + struct.pack("<I", len(body)) + body
