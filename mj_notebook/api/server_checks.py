"""What the doctor looks at in a server: its address, the way there, the secret, its accounts."""

import os
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from mj_notebook.api.connection import open_client, with_saved_secret
from mj_notebook.client.address import BaseAddress, alias, parse_base_url
from mj_notebook.client.calls import PROBE_TASK_ID
from mj_notebook.client.capabilities import Capabilities, Gap, GapKind
from mj_notebook.client.network_proxies import network_proxies
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, Refused, TaskUnknown
from mj_notebook.protocol.causes import CAUSE
from mj_notebook.settings.credentials import SECRET_VARIABLE, default_credentials
from mj_notebook.settings.settings import Settings

USE_TLS = "Use https:// if it can."
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
    """
    Look at the server that is set; nothing is drawn.

    Args:
        settings: What is set; there is a base URL.
        learned_of: Returns what was learned of the server at a base URL so far.
    """
    assert settings.base_url is not None
    try:
        base = parse_base_url(settings.base_url)
        with_one, where = with_saved_secret(settings, default_credentials)
        network = network_proxies(os.environ).of(f"{base.origin}/")
    except MJError as error:
        yield failed_check(error)
        return
    yield CheckResult(True, f"The proxy is {alias(settings.base_url)}")
    if network:
        yield CheckResult(
            True, f"The way there is through the network proxy {network.host} ({network.variable})"
        )
    yield from _secret(with_one, where, base)
    try:
        opened = open_client(with_one, learned_of(settings.base_url))
    except MJError as error:
        yield failed_check(error)
        return
    with opened as client:
        answer = _probe(client)
        yield answer
        if answer.is_good:
            yield from _accounts(client)
            yield from _lacking(client)


def _secret(settings: Settings, where: str, base: BaseAddress) -> Iterator[CheckResult]:
    if not settings.secret:
        yield CheckResult(True, "No secret is set")
        return
    yield CheckResult(
        True, f"A secret is set, from {where or f'{SECRET_VARIABLE} or mj.configure'}"
    )
    if base.origin.startswith("http:") and not base.is_loopback:
        yield CheckResult(False, "The secret travels unencrypted", USE_TLS)


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
    return CheckResult(
        True, f"It answers, in {time.perf_counter() - started:.2f} s, and lets us in"
    )


def _accounts(client: Client) -> Iterator[CheckResult]:
    """Look whether any of the proxy's accounts takes tasks, where it tells of them."""
    try:
        accounts = client.list_accounts()
    except MJError:  # most don't, or only to their administrators
        yield CheckResult(True, "It tells nothing of the accounts that it draws with")
        return
    enabled = sum(account.enable is not False for account in accounts)
    if enabled:
        yield CheckResult(True, f"Of its accounts, {enabled} of {len(accounts)} may draw")
        return
    state = "all of its accounts are switched off" if accounts else "it lists no account"
    yield CheckResult(False, f"It can't draw: {state}", CAUSE["account-offline"].advice)


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
        if is_there is not False:
            client.capabilities.take_back(gap)
    for is_there, said in _FOUND.items():
        if found[is_there]:
            yield CheckResult(True, said.format(", ".join(found[is_there])))


_FOUND = {
    False: "It does not offer {}",
    True: "By now it offers {}, and panels show it again",
    None: "It did not offer {}; whether it does by now is seen when it is asked for, so panels"
    " show it again",
}


def _is_there(client: Client, gap: Gap) -> bool | None:
    if gap.kind is GapKind.BUTTON:
        return None  # a press that is taken draws
    try:
        return client.offers(gap)
    except MJError:
        return False
