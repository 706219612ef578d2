"""Secrets and home folders are seen in any dress; ordinary text is left in peace."""

import time
from typing import Any

import pytest

from mj_notebook.settings.secret_scan import scan_notebook, without_private
from mj_notebook.settings.settings import Secret


def notebook(text: str) -> dict[str, Any]:
    """Return a notebook with *text* in a cell, line by line as Jupyter keeps it."""
    return {"cells": [{"cell_type": "code", "source": text.splitlines(keepends=True)}]}


def kinds(text: str) -> list[str]:
    """Return what is seen in *text*."""
    return [leak.kind for leak in scan_notebook(notebook(text), secrets=[], home="")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mj.configure(secret='hunter2-hunter2')", "a secret"),
        ('{"api_key": "hunter2hunter2"}', "a secret"),
        ("%env MJ_API_SECRET=hunter2", "a secret"),
        ("headers={'mj-api-secret': 'hunter2x'}", "a secret"),
        ("password = 'correct horse'.strip()\ntoken='abcdefgh'", "a secret"),
        ("Authorization: Bearer abcdefghijklmnop", "a bearer token"),
        ("sk-abcdefghijklmnopqrstuvwx", "an API key"),
        ("eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abc-DEF_1", "a signed token"),
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        ("https://me:hunter2@example.com/x", "an address with a password"),
        ("https://example.com/x?a=1&token=hunter2", "an address with a key"),
        ("/home/ada/kites", "a home folder"),
        ("/Users/ada/kites", "a home folder"),
        ("C:\\Users\\ada\\kites", "a home folder"),
    ],
)
def test_each_kind_is_seen(text: str, kind: str) -> None:
    """One example of each dress."""
    assert kind in kinds(f"x = 1\n{text}\n")


@pytest.mark.parametrize(
    "text",
    [
        "mj.configure(secret=os.environ['MJ_API_SECRET'])",
        "export MJ_API_SECRET=…  # and MJ_API_SECRET=$SECRET",
        "mj.configure(secret='…')",
        "a secret garden with a token of love --ar 3:2",
        "https://cdn.discordapp.com/attachments/1/2/kite.png?ex=1&is=2&hm=3",
        "/home/jovyan/work and /Users/Shared/x",
        "tokens = 5; key = 'left'",
        "the bearer of news",
        f"{'A' * 120}/home/ada/{'A' * 200}",  # an encoded picture, by chance
    ],
)
def test_ordinary_text_is_no_secret(text: str) -> None:
    """Prompts, examples and links of pictures are fine."""
    assert kinds(text) == []


def test_a_secret_over_two_lines_or_in_a_key_is_found() -> None:
    """Jupyter keeps lines apart and programs keep secrets as keys; both are looked through."""
    split = {"cells": [{"source": ["x = 'cana", "ry-1'"]}], "metadata": {"canary-1": [1]}}
    found = scan_notebook(split, secrets=[Secret("canary-1")], home="")
    assert [leak.place for leak in found] == ["cell 1, source", "the notebook's metadata"]


def test_no_secret_set_is_no_secret_found() -> None:
    """An empty or tiny secret would be everywhere; it is not looked for."""
    assert scan_notebook(notebook("a red kite"), secrets=[Secret(""), Secret("a")], home="/") == []


def test_a_secret_that_is_printed_in_two_parts_is_found() -> None:
    """Two outputs that stand below one another read as one."""
    secret = "sk-canary-0123456789abcdef"
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": [f"key: {secret[:9]}"]},
        {"output_type": "stream", "name": "stderr", "text": secret[9:]},
    ]
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": outputs}
    found = scan_notebook({"cells": [cell]}, secrets=[Secret(secret)], home="")
    assert ("cell 1, outputs", "your secret") in found


@pytest.mark.parametrize(
    "cell",
    [
        {"source": ["x = '", "sk-Q7\x1b[31m", "x/9<b>", "</b>+zz-31ab'"]},
        {"source": list("x = 'sk-Q7\x1b[31mx/9+zz-31ab'")},
        {"source": "x = 'sk-Q7\\\nx/9+zz-31ab'"},
        {"outputs": [{"data": {"text/html": "sk-Q7x&#x2F;9&#43;zz-31ab"}}]},
        {"outputs": [{"data": {"application/json": '"sk-Q7x\\/9+zz-31ab"'}}]},
        {"metadata": {"a": ["sk-Q7", "x/9+z"], "b": 1, "c": ["sk-Q7x%2f9%2bzz-31ab"]}},
        {"attachments": {"a.bin": {"x/y": b"sk-Q7x/9+zz-31ab".hex()}}},
    ],
)
def test_a_secret_is_found_however_it_is_written(cell: dict[str, Any]) -> None:
    """In one text, over several, escaped, or as numbers."""
    secret = Secret("sk-Q7x/9+zz-31ab")
    notebook = {"cells": [{"cell_type": "code", "source": "1"}, cell]}
    found = scan_notebook(notebook, secrets=[secret], home="")
    assert "your secret" in {one.kind for one in found}
    assert all(one.place.startswith("cell 2") for one in found)


@pytest.mark.parametrize("sign", ["a-", "eyJ-", "token-", "--no", "http://a?", "(http://a?token&"])
def test_the_time_grows_with_the_length_alone(sign: str) -> None:
    """A long word of an output is read once, not from each of its hyphens."""
    began = time.process_time()
    without_private(sign * 50_000, home="/home/ann")
    assert time.process_time() - began < 20
