"""Pictures and records for tests, and a look at a PNG's chunks that trusts nothing of ours."""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image

FOREIGN = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
    "<xmp:CreatorTool>Another program</xmp:CreatorTool></rdf:Description>"
    '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
"""What another program may have written."""

KINDS = ["PNG", "PNG alpha", "JPEG", "WEBP", "WEBP alpha", "WEBP lossless", "WEBP lossless alpha"]


def picture(kind: str = "PNG", **options: Any) -> bytes:
    """Encode a small noisy picture; *options* are Pillow's."""
    name, _, way = kind.partition(" ")
    mode = "RGBA" if "alpha" in way else "RGB"
    noise = random.Random(7).randbytes(65 * 31 * len(mode))
    image = Image.frombytes(mode, (65, 31), noise)
    buffer = io.BytesIO()
    image.save(buffer, name, lossless="lossless" in way, **options)
    return buffer.getvalue()


def pixels(content: bytes) -> bytes:
    """Decode a picture as anybody would."""
    with Image.open(io.BytesIO(content)) as image:
        return image.tobytes()


def record(**changes: Any) -> dict[str, Any]:
    """Return a record as saving writes it."""
    return {
        "format": "application/vnd.mj-notebook.task.v1+json",
        "generator": "mj_notebook 9.9",
        "picture": "ab" * 32,
        "number": 2,
        "parents": ["1760000000000017", "1760000000000003"],
        "parameters": "--ar 3:2 --v 7",
        "version": "7",
        "seed": "4711",
        "job": {
            "prompt": "a red kite & <b>雨</b> --ar 3:2 --v 7",
            "step": "U2",
            "server": "proxy.example.com",
            "demo": False,
            "asked_at": 1_763_700_000.5,
            "task": {
                "id": "1760000000000042",
                "action": "UPSCALE",
                "status": "SUCCESS",
                "submitTime": 1_763_700_001_000,
                "startTime": 1_763_700_002_000,
                "finishTime": 1_763_700_042_000,
            },
        },
        **changes,
    }


def chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Return kind and body of each chunk of a PNG."""
    found, at = [], 8
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        found.append((kind, content[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def chunk(kind: bytes, body: bytes) -> bytes:
    """Write a chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def before_picture(content: bytes, *inserted: bytes) -> bytes:
    """Put chunks into a PNG, before its picture."""
    at = content.index(b"IDAT") - 4
    return content[:at] + b"".join(inserted) + content[at:]
