"""Where pictures may come from: a proxy can't aim our requests at the person's own network."""

import base64
from collections.abc import Sequence

import httpx
import pytest

from mj_notebook.client.address import parse_base_url
from mj_notebook.client.picture_hosts import PictureHostRefused, PictureHosts
from mj_notebook.errors import MJError, Refused
from tests.client.asking import ASKERS, BASE, Answers, Asker, answer, caught
from tests.client.servers import Server, http

PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
NAMES = {
    "proxy.example": ["93.184.216.1"],
    "office.example": ["10.1.2.3"],
    "cdn.example": ["93.184.216.9"],
    "inside.example": ["10.9.9.9"],
    "mixed.example": ["93.184.216.34", "127.0.0.1"],
    "public.example": ["93.184.216.34", "2606:2800:220:1::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "link.example": ["fe80::1%eth0"],
    "metadata.example": ["169.254.169.254"],
    "nas.example": ["10.0.0.7"],
    "empty.example": [],
    "six.example": ["2606:2800:220:1::1"],
}


@pytest.fixture(params=ASKERS, ids=lambda asker: asker.name)
def asker(request: pytest.FixtureRequest) -> type[Asker]:
    """Return one of the two clients."""
    kind: type[Asker] = request.param
    return kind


def look_up(host: str, _: int) -> list[str]:
    """Resolve the names of these tests."""
    try:
        return NAMES[host]
    except KeyError:
        raise OSError("no such name") from None


def hosts(base: str, allowed: Sequence[str] = ()) -> PictureHosts:
    """Return what decides for a proxy."""
    return PictureHosts(parse_base_url(base), allowed, look_up)


# Link-local and metadata of clouds, also as IPv4 within IPv6: compatible, mapped, NAT64 for all and
# of one's own, 6to4, Teredo.
NEVER = [
    "http://192.0.0.192/opc/v2/",
    "http://[fd20:ce::254]/",
    "http://[fd00:ec2::254]/",
    "http://instance-data/latest/",
    "http://metadata.google.internal./",
    "http://169.254.1.1/",
    "http://[fe80::1]/",
    "http://[::169.254.169.254]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::]/",
    "http://[2001:0:4136:e378:8000:63bf:5601:5601]/",
    "http://link.example/",
    "http://metadata.example/",
]
EMBEDDED_LOOPBACK = [
    "[::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
]
PUBLIC, OFFICE, LOCAL = "https://proxy.example", "http://10.1.2.3:8080", "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("base", "url"),
    [
        (PUBLIC, "https://public.example/x.png"),
        (PUBLIC, "https://93.184.216.34/x.png"),
        (PUBLIC, "https://proxy.example:9000/x.png"),
        (OFFICE, "http://10.1.2.3:9000/x.png"),
        (OFFICE, "http://192.168.1.5/x.png"),
        (OFFICE, "http://inside.example/x.png"),
        (OFFICE, "https://public.example/x.png"),
        ("http://office.example", "http://192.168.1.5/x.png"),
        (LOCAL, "http://127.0.0.1:9000/x.png"),
        (LOCAL, "http://localhost/x.png"),
        (LOCAL, "http://192.168.1.5/x.png"),
        (LOCAL, "https://public.example/x.png"),
    ],
)
def test_what_a_proxy_may_name(base: str, url: str) -> None:
    """Public ones always; private ones where it is in such a network; loopback where it is here."""
    NAMES.setdefault("localhost", ["127.0.0.1"])
    hosts(base).target(url)


@pytest.mark.parametrize(
    ("base", "url"),
    [
        (PUBLIC, "http://127.0.0.1:8888/api"),
        (PUBLIC, "http://localhost:8888/api"),
        (PUBLIC, "http://10.0.0.1/admin"),
        (PUBLIC, "http://192.168.1.1/admin"),
        (PUBLIC, "http://172.16.0.1/"),
        (PUBLIC, "http://100.64.0.1/"),
        (PUBLIC, "http://[::1]/"),
        (PUBLIC, "http://[fd00::1]/"),
        (PUBLIC, "http://0.0.0.0/"),
        (PUBLIC, "http://2130706433/"),
        (PUBLIC, "http://0x7f.1/"),
        (PUBLIC, "http://0177.0.0.1/"),
        (PUBLIC, "http://[::ffff:127.0.0.1]/"),
        (PUBLIC, "http://[64:ff9b::7f00:1]/"),
        (PUBLIC, "http://inside.example/"),
        (PUBLIC, "http://mixed.example/"),
        (PUBLIC, "http://mapped.example/"),
        (PUBLIC, "http://169.254.169.254/latest/meta-data/"),
        (PUBLIC, "http://224.0.0.1/"),
        (OFFICE, "http://127.0.0.1/"),
        (OFFICE, "http://169.254.169.254/"),
        (LOCAL, "http://169.254.169.254/"),
        (LOCAL, "http://metadata.google.internal/"),
        (LOCAL, "http://[fe80::1]/"),
        (LOCAL, "http://100.100.100.200/"),
        *((base, url) for base in (PUBLIC, OFFICE, LOCAL) for url in NEVER),
        *((PUBLIC, f"http://{host}/") for host in EMBEDDED_LOOPBACK),
        (PUBLIC, "http://[fec0::1]/"),
    ],
)
def test_what_a_proxy_may_not_name(base: str, url: str) -> None:
    """However it is written; the sentence says how it could be allowed, or that it can't."""
    NAMES["localhost"] = ["127.0.0.1"]
    with pytest.raises(PictureHostRefused) as caught_:
        hosts(base).target(url)
    assert "MJ_IMAGE_HOSTS" in str(caught_.value) or "never fetched" in str(caught_.value)


def test_the_person_can_allow_more() -> None:
    """A host, a network; but never what hands out the secrets of a machine."""
    allowing = hosts(PUBLIC, ["10.0.0.0/8", "nas.example", "169.254.0.0/16"])
    allowing.target("http://10.9.9.9/x.png")
    allowing.target("http://inside.example/x.png")
    allowing.target("http://nas.example/x.png")
    with pytest.raises(PictureHostRefused):
        allowing.target("http://192.168.1.1/")
    with pytest.raises(PictureHostRefused):
        allowing.target("http://169.254.169.254/")


@pytest.mark.parametrize("url", NEVER)
def test_what_hands_out_secrets_is_never_allowed(url: str) -> None:
    """Neither by its name nor by a network that holds it."""
    names = ["metadata.google.internal", "instance-data", "link.example", "metadata.example"]
    allowing = hosts(LOCAL, [*names, "0.0.0.0/0", "::/0", "169.254.169.254"])
    with pytest.raises(PictureHostRefused) as caught_:
        allowing.target(url)
    assert "never fetched" in str(caught_.value)


def test_an_allowed_name_is_looked_up_once_too() -> None:
    """It may be in any network, and another answer later changes nothing."""
    allowing = hosts(PUBLIC, ["nas.example"])
    assert allowing.target("http://nas.example:81/x").url == "http://10.0.0.7:81/x"
    assert allowing.target("http://nas.example:81/x").host == "nas.example:81"


def test_a_name_without_a_number_is_one_that_leads_nowhere() -> None:
    """As one that nobody knows."""
    with pytest.raises(httpx.ConnectError):
        hosts(PUBLIC).target("http://empty.example/x.png")


@pytest.mark.parametrize("host", ["[64:ff9b::5db8:d822]", "[64:ff9b:1::5db8:d822]"])
def test_a_public_number_within_another_is_public(host: str) -> None:
    """Networks without IPv4 reach all of it so."""
    assert hosts(PUBLIC).target(f"http://{host}/x.png").url == f"http://{host}/x.png"


def test_a_name_is_looked_up_once_and_that_number_is_used() -> None:
    """Else a second look could give another one; the name stays in head and certificate."""
    target = hosts(PUBLIC).target("https://public.example:8443/a/x.png?b=c")
    assert target.url == "https://93.184.216.34:8443/a/x.png?b=c"
    assert target.host == "public.example:8443"
    assert hosts(PUBLIC).target("http://six.example/x").url == "http://[2606:2800:220:1::1]/x"


def test_a_redirect_leads_no_further(asker: type[Asker]) -> None:
    """A public address may send on to a private one: that is not followed."""
    answers = Answers(answer(302, headers={"location": "http://169.254.169.254/latest"}))
    with asker(answers) as client:
        error = caught(lambda: client.picture("https://cdn.example/x.png"))
    assert isinstance(error, PictureHostRefused)
    assert len(answers.asked) == 1


def test_a_refused_picture_of_a_relay_is_asked_at_the_proxy(asker: type[Asker]) -> None:
    """Where that fails, the refusal is told: it says what can be done."""
    with asker(Answers(answer(content=PNG))) as client:
        assert client.picture("http://127.0.0.1:3000/mj/image/17") == PNG
    with asker(Answers(answer(404))) as client:
        error = caught(lambda: client.picture("http://127.0.0.1:3000/mj/image/17"))
    assert "MJ_IMAGE_HOSTS" in str(error)


def test_a_mirror_stands_for_the_cdn_alone(asker: type[Asker]) -> None:
    """Scheme and host are replaced, path and query stay; other hosts are asked themselves."""
    answers = Answers(answer(content=PNG))
    with asker(answers, image_base="https://mirror.example/cdn") as client:
        client.picture("https://cdn.discordapp.com/attachments/1/2/x.png?ex=a&is=b")
        client.picture("https://cdn.example/x.png")
        client.picture(f"{BASE}/mj/image/17")
    assert answers.urls == [
        "https://mirror.example/cdn/attachments/1/2/x.png?ex=a&is=b",
        "https://cdn.example/x.png",
        f"{BASE}/mj/image/17",
    ]


def test_a_cdn_that_can_not_be_reached_names_the_mirror(asker: type[Asker]) -> None:
    """It is the picture's host that is down, not the proxy."""
    with asker(Answers(httpx.ConnectError)) as client:
        error = caught(lambda: client.picture("https://cdn.discordapp.com/x.png"))
    assert "MJ_IMAGE_BASE" in error.hint
    assert "cdn.discordapp.com" in str(error)


def test_an_address_may_hold_the_picture_itself(asker: type[Asker]) -> None:
    """Nothing is fetched; limits hold."""
    url = f"DATA:image/png;base64,{base64.b64encode(PNG).decode()}"
    answers = Answers(answer(500))
    with asker(answers) as client:
        assert client.picture(url) == PNG
        assert isinstance(caught(lambda: client.picture(url, limit=10)), Refused)
        assert isinstance(caught(lambda: client.picture("data:image/png;base64,%%%")), MJError)
    assert answers.asked == []


def test_a_picture_is_fetched_from_the_number(asker: type[Asker]) -> None:
    """Over a real line: the server sees the name in the head."""
    with Server(http(PNG)) as server, asker(None, server.url) as client:
        port = server.url.rpartition(":")[2]
        assert client.picture(f"http://localhost:{port}/x.png") == PNG
    assert f"host: localhost:{port}".encode() in server.requests[-1].lower()


@pytest.mark.parametrize("host", ["x" * 300, "a..b", "x" * 64 + ".com"])
def test_a_name_that_no_host_can_have_is_one_sentence(asker: type[Asker], host: str) -> None:
    """However it is wrong: the picture can't be reached."""
    with asker(None, "http://93.184.216.34") as asking, pytest.raises(MJError) as error:
        asking.picture(f"http://{host}/a.png")
    assert len(str(error.value)) < 600
