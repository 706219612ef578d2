"""A few kilobytes that unpack to hundreds of megabytes, made without packing so many."""

import struct
import zlib

_MILLION = bytes(1_000_000)
_GZIP_HEAD = b"\x1f\x8b\x08" + bytes(5) + b"\x02\xff"


def packed_zeros(millions: int, *, before: bytes = b"", gzip: bool = False) -> bytes:
    """Return *before* and so many million zeros, packed as zlib or gzip would."""
    raw = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    begin = raw.compress(before) + raw.flush(zlib.Z_FULL_FLUSH)
    # Nothing after a full flush depends on what stands before it, so a piece can be repeated.
    piece = raw.compress(_MILLION) + raw.flush(zlib.Z_FULL_FLUSH)
    stream = begin + piece * millions + raw.flush()
    sum_of = zlib.crc32 if gzip else zlib.adler32
    check = sum_of(before)
    for _ in range(millions):
        check = sum_of(_MILLION, check)
    if gzip:
        length = len(before) + millions * len(_MILLION)
        return _GZIP_HEAD + stream + struct.pack("<II", check, length % 2**32)
    return b"\x78\xda" + stream + struct.pack(">I", check)
