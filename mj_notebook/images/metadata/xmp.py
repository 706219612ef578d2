"""XMP: the same lines for programs that know pictures; never parsed, only text put in or cut."""

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
# What we write into the packet of another program stands between exactly these.
_FROM, _TO = f'<rdf:Description rdf:about="" {_SPACES_TEXT}>', "</rdf:Description>\n"
_ADDED = re.compile(re.escape(_FROM.encode()) + b".*?" + re.escape(_TO.encode()), re.DOTALL)
_HEAD = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="' + _SPACES["rdf"] + '">\n'
_FOOT = "</rdf:RDF></x:xmpmeta>"
_CLOSING = b"</rdf:RDF>"


def packet_of(lines: Mapping[str, str]) -> bytes:
    """Write *lines* as an XMP packet in UTF-8."""
    return f"{_BEGIN}\n{_HEAD}{_block(lines)}{_FOOT}\n{_END}".encode()


def merged(packet: bytes, lines: Mapping[str, str]) -> bytes:
    """
    Write *lines* into the packet of another program, as text, and leave what it says.

    A packet in which that can't be done simply stays as it is.
    """
    if packet.count(_CLOSING) != 1 or b"urn:mj-notebook" in packet:
        return packet
    # A property may stand only once; the other program was first.
    said = {
        name: text
        for name, text in lines.items()
        if name not in {*_STANDARD, "prompt"} or _tag(name).encode() not in packet
    }
    return packet.replace(_CLOSING, _block(said).encode() + _CLOSING)


def unmerged(packet: bytes) -> bytes | None:
    """Return *packet* as the other program wrote it, None when it is ours alone."""
    left = _ADDED.sub(b"", packet, count=1)
    ours = f"{_BEGIN}\n{_HEAD}{_FOOT}\n{_END}".encode()
    return None if left == ours else left


def _block(lines: Mapping[str, str]) -> str:
    return "\n".join((_FROM, *(_property(name, text) for name, text in lines.items()), _TO))


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
