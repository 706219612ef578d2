"""Which address a proxy can post to."""

from typing import Any

import pytest

from mj_notebook.errors import SettingsError, UsageError
from mj_notebook.session.webhook.addresses import Bind, bind_of, checked, public_address
from mj_notebook.settings.settings import Settings

FAR = "https://proxy.example.com"
NEAR = "http://127.0.0.1:8080"
HOME = "127.0.0.1"


def test_a_given_address_is_taken_as_it_is() -> None:
    """With its path, whoever the proxy is."""
    url = "https://me.example.com/calls"
    assert public_address(f" {url} ", HOME, FAR) == url
    assert public_address(url, "0.0.0.0", NEAR) == url
    assert public_address("http://localhost:17", HOME, None) == "http://localhost:17"


def test_the_demo_server_calls_nobody_but_this_machine() -> None:
    """Which is told when it is asked to, instead of by its silence."""
    with pytest.raises(UsageError, match="demo server"):
        public_address("https://me.example.com", HOME, None)


@pytest.mark.parametrize(
    ("host", "proxy"), [(HOME, None), (HOME, NEAR), ("::1", NEAR), ("192.168.1.7", FAR)]
)
def test_the_bound_address_will_do_where_the_proxy_can_reach_it(
    host: str, proxy: str | None
) -> None:
    """The demo server, a proxy on this machine, or an address that others can reach."""
    assert public_address(None, host, proxy) is None


@pytest.mark.parametrize(
    ("host", "proxy"),
    [(HOME, FAR), ("localhost", FAR), ("::1", FAR), ("0.0.0.0", NEAR), ("::", None), ("", None)],
)
def test_an_address_that_leads_nowhere_is_refused(host: str, proxy: str | None) -> None:
    """What would never be called is said at once, with what to give instead."""
    with pytest.raises(UsageError) as caught:
        public_address(None, host, proxy)
    assert "https://me.example.com" in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "me.example.com",
        "ftp://me.example.com",
        "file:///etc",
        "https://",
        "http://[",
        "https://me:canary@example.com",
        "https://me.example.com/?key=canary",
        "https://me.example.com/#canary",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    """And never repeated, since it may hold a password."""
    with pytest.raises(UsageError) as caught:
        public_address(url, HOME, None)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("port", [-1, 65536, True, "80", 1.5, None])
def test_a_port_is_a_number_that_exists(port: Any) -> None:
    """Anything else is refused in words."""
    with pytest.raises(UsageError, match="is no port"):
        checked(HOME, port)


def test_a_bound_address_can_be_written() -> None:
    """Also one of the newer kind."""
    assert Bind(HOME, 80).url == "http://127.0.0.1:80"
    assert Bind("::1", 80).url == "http://[::1]:80"


@pytest.mark.parametrize(
    ("settings", "bind"),
    [
        (Settings(callback_url=FAR, callback_port=8765), Bind(HOME, 8765)),
        (Settings(callback_url=f"{FAR}:8443/x"), Bind(HOME, 8443)),
        (Settings(callback_url="http://localhost"), Bind(HOME, 80)),
        (Settings(callback_url=NEAR, callback_host="0.0.0.0"), Bind("0.0.0.0", 8080)),
        (Settings(callback_url=NEAR, callback_port=0), Bind(HOME, 0)),
    ],
)
def test_settings_say_where_to_listen(settings: Settings, bind: Bind) -> None:
    """At the port that is set, else at that of the address."""
    assert bind_of(settings) == bind


def test_settings_without_a_port_are_refused() -> None:
    """Behind an address without one there is something between, which leads to some other port."""
    with pytest.raises(SettingsError, match="MJ_CALLBACK_PORT"):
        bind_of(Settings(callback_url=FAR))
