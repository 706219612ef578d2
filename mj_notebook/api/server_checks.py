"""What the doctor looks at in a server: its address, the way there, the secret, its accounts."""

import os
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mj_notebook.api.connection import open_client, with_saved_secret
from mj_notebook.client.address import BaseAddress, alias, host_of, parse_base_url
from mj_notebook.client.calls import PROBE_TASK_ID
from mj_notebook.client.capabilities import Capabilities, Gap, GapKind
from mj_notebook.client.network_proxies import network_proxies
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, Refused, TaskUnknown
from mj_notebook.language import gettext, marked
from mj_notebook.protocol.causes import CAUSE
from mj_notebook.settings.credentials import SECRET_VARIABLE, default_credentials
from mj_notebook.settings.settings import Settings

USE_TLS = marked("Use https:// if it can.")
"""What to do where a secret can be read on the way."""


class CheckResult(NamedTuple):
    """
    One thing that was looked at.

    Attributes:
        is_good: Whether it is in order.
        what: What was found, in one sentence without its full stop.
        hint: What to do, "" when it is in order.
    """

    is_good: bool
    what: str
    hint: str = ""


def failed_check(error: MJError) -> CheckResult:
    """Return what *error* means as a finding."""
    return CheckResult(False, str(error.args[0]).rstrip("."), error.hint)


def server_checks(
    settings: Settings, learned_of: Callable[[str], Capabilities]
) -> Iterator[CheckResult]:
    """Look at the server that is set; nothing is drawn."""
    assert settings.base_url is not None
    try:
        base = parse_base_url(settings.base_url)
        with_one, where = with_saved_secret(settings, default_credentials)
        # Which network proxy is in the way is what most of those who reach nobody have forgotten.
        network = network_proxies(os.environ).of(f"{base.origin}/")
    except MJError as error:
        yield failed_check(error)
        return
    yield CheckResult(
        True, gettext("The proxy is {server}").format(server=alias(settings.base_url))
    )
    if network:
        way = gettext("The way there is through the network proxy {proxy} ({variable})")
        yield CheckResult(True, way.format(proxy=network.host, variable=network.variable))
    yield from _secret(with_one, where, base)
    try:
        opened = open_client(with_one, learned_of(settings.base_url))
    except MJError as error:
        yield failed_check(error)
        return
    with opened as client:
        answer = _probe(client)
        yield answer
        # Of a server that lets nobody in, the rest would be the same complaint again.
        if answer.is_good:
            yield from _accounts(client)
            yield from _lacking(client)


def _secret(settings: Settings, where: str, base: BaseAddress) -> Iterator[CheckResult]:
    if not settings.secret:
        yield CheckResult(True, gettext("No secret is set"))
        return
    if not settings.secret.belongs_to(host_of(base.origin)):
        return  # as the doctor says of each secret
    source = where or gettext("{variable} or mj.configure").format(variable=SECRET_VARIABLE)
    yield CheckResult(True, gettext("A secret is set, from {source}").format(source=source))
    # On this machine nobody reads along.
    if base.origin.startswith("http:") and not base.is_loopback:
        yield CheckResult(False, gettext("The secret travels unencrypted"), gettext(USE_TLS))


def _probe(client: Client) -> CheckResult:
    """Ask the proxy for something harmless; that it knows no such task shows that it lets us in."""
    started = time.perf_counter()
    try:
        client.fetch(PROBE_TASK_ID)
    except TaskUnknown:
        pass
    except Refused as error:
        if type(error) is not Refused or error.cause:  # else it is a no that it has for this task
            return failed_check(error)
    except MJError as error:
        return failed_check(error)
    took = f"{time.perf_counter() - started:.2f}"
    said = gettext("It answers, in {seconds} s, and lets us in").format(seconds=took)
    return CheckResult(True, said)


def _accounts(client: Client) -> Iterator[CheckResult]:
    """Look whether any of the proxy's accounts takes tasks, where it tells of them."""
    try:
        accounts = client.list_accounts()
    except MJError:  # most don't, or only to their administrators
        yield CheckResult(True, gettext("It tells nothing of the accounts that it draws with"))
        return
    # Where nothing is told of it, an account may draw.
    enabled = sum(account.enable is not False for account in accounts)
    if enabled:
        counted = gettext("Of its accounts, {enabled} of {count} may draw")
        yield CheckResult(True, counted.format(enabled=enabled, count=len(accounts)))
        return
    if accounts:
        said = gettext("It can't draw: all of its accounts are switched off")
    else:
        said = gettext("It can't draw: it lists no account")
    yield CheckResult(False, said, gettext(CAUSE["account-offline"].advice))


# What the doctor itself asks for, and has told of.
_ASKED_HERE = frozenset({"account_list", "account"})


def _lacking(client: Client) -> Iterator[CheckResult]:
    """Look again at what was learned that the server does not offer; it may have been updated."""
    found: dict[bool | None, list[str]] = {False: [], True: [], None: []}
    for gap in client.capabilities.gaps:
        if gap.name in _ASKED_HERE:
            continue
        is_there = _is_there(client, gap)
        found[is_there].append(gap.words)
        # In doubt it is offered again: a button too many tells why it is refused, one too few tells
        # nothing.
        if is_there is not False:
            client.capabilities.take_back(gap)
    for is_there, said in _FOUND.items():
        if found[is_there]:
            yield CheckResult(True, gettext(said).format(what=", ".join(found[is_there])))


_FOUND = {
    False: marked("It does not offer {what}"),
    True: marked("By now it offers {what}, and panels show it again"),
    None: marked(
        "It did not offer {what}; whether it does by now is seen when it is asked for, so panels"
        " show it again"
    ),
}


def _is_there(client: Client, gap: Gap) -> bool | None:
    if gap.kind is GapKind.BUTTON:
        return None  # a press that is taken draws
    try:
        # Asked in a way that draws nothing and costs nothing.
        return client.offers(gap)
    except MJError:
        return False
