"""JPEG: application segments before the picture's own, which are copied as they are (T.81, B.1)."""

import struct
from typing import NamedTuple

from mj_notebook.images.metadata.carrier import Payload, corrupt_file_error, single_record
from mj_notebook.images.metadata.xmp import is_ours, packet_of
from mj_notebook.language import translated

_EXIF, _PACKET = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_RECORD = b"mj_notebook/task\0"
_APP1, _SOS, _EOI = 0xE1, 0xDA, b"\xff\xd9"
# Beside APP1: Photoshop's and IPTC's block, C2PA's claims, comments. ICC (E2) and Adobe (EE) stay:
# colours hang on them.
_METADATA_MARKERS = {0xED, 0xEB, 0xFE}
# A segment counts its bytes, its own two included, in two bytes.
_MOST = 65_533
# Below what a segment holds, so that the record's own head fits too.
_PART = 60_000
# A packet must fit into one segment: then each line is told in short.
_SHORT = 500


class _Segment(NamedTuple):
    marker: int
    body: bytes
    raw: bytes

    def starts_with(self, *signatures: bytes) -> bool:
        return self.marker == _APP1 and self.body.startswith(signatures)


def embed(content: bytes, payload: Payload) -> bytes:
    """Return *content* with what is *payload* in front of its picture, in place of an older one."""
    segments, picture = _without_ours(content)
    parts = [payload.record[at : at + _PART] for at in range(0, len(payload.record), _PART)]
    ours = [
        _segment(_RECORD + struct.pack(">HH", number, len(parts)) + part)
        for number, part in enumerate(parts, 1)
    ]
    # What another program wrote stays as it is: ours is written where there is none.
    if not any(one.starts_with(_PACKET) for one in segments):
        packet = _PACKET + packet_of(payload.lines)
        if len(packet) > _MOST:  # the record itself is whole
            short = {name: text[:_SHORT] for name, text in payload.lines.items()}
            packet = _PACKET + packet_of(short)
        ours.insert(0, _segment(packet))
    # JFIF's and Exif's segments insist on being the first.
    first = next(
        (i for i, one in enumerate(segments) if one.marker != 0xE0 and not one.starts_with(_EXIF)),
        len(segments),
    )
    return _join([*segments[:first], *ours, *segments[first:]], picture)


def strip(content: bytes, *, everything: bool) -> bytes:
    """Return *content* without what we wrote, or without *everything* that tells about it."""
    if not everything:
        return _join(*_without_ours(content))
    segments, picture = _segments(content)
    kept = [one for one in segments if one.marker != _APP1 and one.marker not in _METADATA_MARKERS]
    return _join(kept, picture)


def extract(content: bytes) -> bytes | None:
    """Return the record *content* carries, as JSON."""
    ours = [one.body[len(_RECORD) :] for one in _segments(content)[0] if one.starts_with(_RECORD)]
    if not ours:
        return None
    if any(len(part) < 4 for part in ours):
        raise corrupt_file_error(translated("its record ends too early"))
    numbers = [struct.unpack_from(">HH", part) for part in ours]
    # In their order and without gaps: a program that sorts segments would mix two records.
    if numbers == [(number, len(ours)) for number in range(1, len(ours) + 1)]:
        return single_record([b"".join(part[4:] for part in ours)])
    raise corrupt_file_error(translated("its record is not whole, or there are two"))


def _without_ours(content: bytes) -> tuple[list[_Segment], bytes]:
    """Return the segments of *content* without what we wrote, and its picture."""
    segments, picture = _segments(content)
    return [one for one in segments if not _is_ours(one)], picture


def _is_ours(segment: _Segment) -> bool:
    is_packet = segment.starts_with(_PACKET) and is_ours(segment.body.removeprefix(_PACKET))
    return is_packet or segment.starts_with(_RECORD)


def _segment(body: bytes) -> _Segment:
    return _Segment(_APP1, body, struct.pack(">BBH", 0xFF, _APP1, len(body) + 2) + body)


def _join(segments: list[_Segment], picture: bytes) -> bytes:
    return b"".join((b"\xff\xd8", *(one.raw for one in segments), picture))


def _segments(content: bytes) -> tuple[list[_Segment], bytes]:
    """Return the segments in front of the picture, and the picture with all that follows."""
    found: list[_Segment] = []
    at = 2
    while True:
        if at + 4 > len(content):
            raise corrupt_file_error(translated("it ends too early"))
        fill, marker, length = struct.unpack_from(">BBH", content, at)
        # Refused rather than guessed at: writing into a file that is not understood may break it.
        if fill != 0xFF or marker < 0xC0:
            raise corrupt_file_error(translated("a part of it is no part of a JPEG"))
        if marker == 0xFF:  # filling between segments
            at += 1
            continue
        if marker == _SOS:
            break
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise corrupt_file_error(
                translated("it ends too early, or a part of it is far too large")
            )
        found.append(_Segment(marker, content[at + 4 : end], content[at:end]))
        at = end
    picture = content[at:]
    # Half a download would get a record as if it were whole.
    if _EOI not in picture:
        raise corrupt_file_error(translated("it ends too early"))
    return found, picture
