"""
XMP: the same lines for programs that know pictures; only written, never parsed.

A file has room for one packet. Where another program has written one it stays as it is, and the
record alone tells what we know.
"""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape  # escaping alone; nothing here reads XML

# What XML 1.0 can't hold even when it is escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_END = '<?xpacket end="r"?>'
_SPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "mj": "urn:mj-notebook:task:1",
}
# Our name → the property that says it where the standard has one, else one of our own space does.
_STANDARD = {
    "generator": "xmp:CreatorTool",
    "created": "xmp:CreateDate",
    "source_type": "Iptc4xmpExt:DigitalSourceType",
}
_SPACES_TEXT = " ".join(f'xmlns:{short}="{name}"' for short, name in _SPACES.items())
_HEAD = (
    f'{_BEGIN}\n<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_SPACES["rdf"]}">\n'
    f'<rdf:Description rdf:about="" {_SPACES_TEXT}>\n'
)
_FOOT = f"\n</rdf:Description>\n</rdf:RDF></x:xmpmeta>\n{_END}"


def packet_of(lines: Mapping[str, str]) -> bytes:
    """Write *lines* as an XMP packet in UTF-8."""
    said = "\n".join(_property(name, text) for name, text in lines.items())
    return f"{_HEAD}{said}{_FOOT}".encode()


def is_ours(packet: bytes) -> bool:
    """Tell whether we wrote *packet*, and nobody has changed its frame since."""
    return packet.startswith(_HEAD.encode()) and packet.endswith(_FOOT.encode())


def _tag(name: str) -> str:
    if name == "prompt":
        return "dc:description"
    return _STANDARD.get(name) or f"mj:{name.title()}"


def _property(name: str, text: str) -> str:
    safe, tag = escape(_NO_XML.sub("�", text)), _tag(name)
    if name == "prompt":
        safe = f'<rdf:Alt><rdf:li xml:lang="x-default">{safe}</rdf:li></rdf:Alt>'
    elif name == "parents":
        items = (f"<rdf:li>{one}</rdf:li>" for one in safe.split(", "))
        safe = f"<rdf:Seq>{''.join(items)}</rdf:Seq>"
    return f"<{tag}>{safe}</{tag}>"
