"""What people type as a base URL, and what is safe to show of it."""

import pytest

from mj_notebook.client.address import (
    BaseAddress,
    alias,
    host_of,
    origin_of,
    parse_base_url,
    picture_address,
    relayed_address,
    route_path,
    with_modes,
)
from mj_notebook.errors import SettingsError
from mj_notebook.protocol.vocabulary import ImageMode, Mode


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (" https://Proxy.Example.com/ ", "https://proxy.example.com"),
        ("https://h.example/mj", "https://h.example"),
        ("https://h.example/mj/", "https://h.example"),
        ("https://h.example/mj/submit/imagine", "https://h.example"),
        ("https://h.example/mj/task/1/fetch", "https://h.example"),
        ("https://h.example/submit/imagine/", "https://h.example"),
        ("https://h.example/mj-fast", "https://h.example/mj-fast"),
        ("https://h.example/mj-fast/mj", "https://h.example/mj-fast"),
        ("https://h.example/mj-turbo-proxy/mj/submit/imagine", "https://h.example/mj-turbo-proxy"),
        ("https://h.example/gateway/mj", "https://h.example/gateway"),
        ("https://h.example:443/x?key=1#y", "https://h.example/x"),
        ("http://h.example:80", "http://h.example"),
        ("h.example", "https://h.example"),
        ("h.example:8443/mj", "https://h.example:8443"),
        ("localhost:8080", "http://localhost:8080"),
        ("192.168.1.9:8080/mj", "http://192.168.1.9:8080"),
        ("midjourney-proxy:8080", "http://midjourney-proxy:8080"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("http:/h.example", "http://h.example"),
        ("https:h.example/mj", "https://h.example"),
        ("https//h.example", "https://h.example"),
        ("https:\\\\h.example", "https://h.example"),
        ("//h.example", "https://h.example"),
        ("http:8080", "http://http:8080"),
        ("“https://h.example”", "https://h.example"),
        (" '<https://h.example/mj>' ", "https://h.example"),
        ("\u202ahttps://h\u200b.example/mj\ufeff\u202c", "https://h.example"),
        ("https://h.example/v1", "https://h.example"),
        ("https://h.example/v1/chat/completions", "https://h.example"),
        ("https://h.example/v1/mj", "https://h.example"),
        ("https://h.example/mj/doc.html#/home", "https://h.example"),
        ("https://h.example/mj-fast/mj/swagger-ui.html", "https://h.example/mj-fast"),
        ("https://h.example/mj/account/list", "https://h.example"),
        ("https://h.example/mj/submit/imagine?key=canary", "https://h.example"),
        ("https://пример.рф", "https://xn--e1afmkfd.xn--p1ai"),
        ("https://हिन्दी.example", "https://xn--j2bd4cyah0f.example"),
        ("http://http://h.example", "http://h.example"),
        ("http://https://h.example/mj", "https://h.example"),
        ("MJ_BASE_URL=http://h.example", "http://h.example"),
        ("export MJ_BASE_URL='https://h.example/mj'", "https://h.example"),
        ("base_url: h.example", "https://h.example"),
        ("https://h.example/openapi.json", "https://h.example"),
        ("https://h.example/swagger-ui/index.html", "https://h.example"),
    ],
)
def test_a_base_url_is_understood_as_people_paste_it(typed: str, base: str) -> None:
    """With or without scheme, slash, /mj or a whole route; reading the result changes nothing."""
    assert str(parse_base_url(typed)) == base
    assert parse_base_url(base) == parse_base_url(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "ftp://h.example",
        "file:///etc/passwd",
        "http://",
        "http://a b",
        "http://h:99999",
        "http://[::1",
        "https://<host>",
        "https://%41.example",
        "https://a..example",
        f"https://{'a' * 64}.example",
        f"https://{'б' * 64}.example",
        "https://\u200b",
        "/mj",
        "http://h.example/gateway/../x",
        "http://xn--a",
        "http://☃.example",
        "http://h.example,http://other.example",
        "http://h.example;",
        "“”",
    ],
)
def test_what_is_no_address_is_refused_with_an_example(typed: str) -> None:
    """The sentence shows what an address looks like."""
    with pytest.raises(SettingsError, match=r"https://proxy\.example\.com"):
        parse_base_url(typed)


@pytest.mark.parametrize(
    "typed", ["https://me:canary@h.example/mj", "me:canary@h.example", "http://canary@h.example"]
)
def test_a_password_in_the_address_is_refused_and_not_repeated(typed: str) -> None:
    """The secret has a place of its own, where it is never shown."""
    with pytest.raises(SettingsError, match="MJ_API_SECRET") as raised:
        parse_base_url(typed)
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("path", "mode", "image_mode", "expected"),
    [
        ("", None, None, ""),
        ("", Mode.FAST, None, "/mj-fast"),
        ("/mj-fast", Mode.RELAX, None, "/mj-relax"),
        ("/mj-fast", None, None, "/mj-fast"),
        ("/mj-fast-proxy", Mode.TURBO, None, "/mj-turbo-proxy"),
        ("/mj-fast-proxy", None, ImageMode.RELAY, "/mj-fast-relay"),
        ("/mj-proxy", Mode.TURBO, None, "/mj-turbo-proxy"),
        ("/gateway", Mode.FAST, ImageMode.ORIGIN, "/gateway/mj-fast-origin"),
        ("/gateway/mj-fast", Mode.TURBO, None, "/gateway/mj-turbo"),
        ("/mj-fast/gateway", Mode.TURBO, None, "/mj-fast/gateway/mj-turbo"),
    ],
)
def test_a_mode_that_is_given_replaces_the_one_in_the_address(
    path: str, mode: Mode | None, image_mode: ImageMode | None, expected: str
) -> None:
    """What isn't given stays as the address has it."""
    assert with_modes(BaseAddress("https://h", path), mode, image_mode).path == expected


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://H.example:443/a?b", "https://h.example"),
        ("http://h.example:8080/a", "http://h.example:8080"),
        ("https://user:pw@h.example/a", "https://h.example"),
        ("ftp://h", ""),
        ("/a", ""),
        ("http://[", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    """Usual ports, user names, paths and queries are no part of it."""
    assert origin_of(url) == origin


def test_the_alias_is_safe_to_show() -> None:
    """Host and port: nothing that could hold a secret, and the same for all spellings."""
    assert alias("https://h.example/mj-fast?token=canary") == "h.example"
    assert alias("http://127.0.0.1:8080/mj") == "127.0.0.1:8080"
    assert host_of("https://u:p@cdn.example:444/x?hm=1") == "cdn.example:444"
    assert host_of("nonsense") == "the server"


def test_an_id_stays_one_segment_of_the_path() -> None:
    """A hostile id cannot reach another endpoint."""
    assert route_path("/mj/task/{id}/fetch", "../x?y#z") == "/mj/task/..%2Fx%3Fy%23z/fetch"


@pytest.mark.parametrize(
    ("url", "instead"),
    [
        ("http://localhost:3000/mj/image/17", "https://h.example/mj/image/17"),
        ("http://localhost:3000/mj/image/17?rand=1", "https://h.example/mj/image/17?rand=1"),
        ("https://h.example/mj/image/17", None),
        ("https://cdn.example/attachments/1/2/x.png", None),
        ("http://localhost:3000/mj/image/17/more", None),
    ],
)
def test_a_relayed_picture_can_be_had_from_the_proxy_itself(url: str, instead: str | None) -> None:
    """Only a relay's path is tried at the proxy; a CDN's address is the CDN's."""
    assert relayed_address(url, BaseAddress("https://h.example", "/mj-fast")) == instead


def test_a_picture_may_be_named_by_its_path_alone() -> None:
    """A path is the proxy's; any other scheme than the web's is refused."""
    base = BaseAddress("https://h.example")
    assert picture_address("/mj/image/1", base) == "https://h.example/mj/image/1"
    assert picture_address(" https://cdn/x.png ", base) == "https://cdn/x.png"
    for hostile in ("file:///etc/passwd", "ftp://h/x", "javascript:alert(1)", "data:,x"):
        with pytest.raises(SettingsError):
            picture_address(hostile, base)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:1", True),
        ("http://127.9.9.9", True),
        ("http://localhost", True),
        ("http://x.localhost", True),
        ("http://[::1]", True),
        ("http://10.0.0.1", False),
        ("https://h.example", False),
    ],
)
def test_this_machine_is_recognised(url: str, *, loopback: bool) -> None:
    """Loopback by number or by name."""
    assert parse_base_url(url).is_loopback is loopback
