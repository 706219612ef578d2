"""The one door to markup."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import mj_notebook
from mj_notebook.view.html import Safe, el, join, style_sheet

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    "</code></div><svg onload=alert(1)>",
    "\"'> onmouseover=alert(1) x='",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "a tab\t[31m<b>",
)


class Tags(HTMLParser):
    """Collects what a browser would see: tags with their attributes, and the text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text: str) -> None:
    """Whatever text is put into an element or an attribute, it makes no tag and no attribute."""
    seen = Tags(el("div", text, title=text, class_=text))
    assert [tag for tag, _ in seen.tags] == ["div"]
    assert set(seen.tags[0][1]) == {"title", "class"}
    assert seen.text == re.sub(r"[\x00-\x08\x0b-\x1f]", "", text)


def test_only_safe_passes() -> None:
    """Markup made here passes, the same text from elsewhere does not."""
    assert el("p", el("b", "x")) == "<p><b>x</b></p>"
    assert el("p", "<b>x</b>") == "<p>&lt;b&gt;x&lt;/b&gt;</p>"


def test_safe_does_not_spread() -> None:
    """Text put together with safe markup is text again."""
    assert type(Safe("<b>") + "<i>") is str
    assert el("p", el("b", "x") + "<i>") == "<p>&lt;b&gt;x&lt;/b&gt;&lt;i&gt;</p>"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "data:image/svg+xml;base64,AAAA",
        "vbscript:x",
        "//elsewhere.example/x.png",
        "file:///etc/passwd",
        "https://ok.example/ onerror=alert(1)",
    ],
)
def test_bad_addresses_are_dropped(address: str) -> None:
    """An address that is neither http(s) nor a picture in itself is left out."""
    assert el("img", src=address, alt="x") == '<img alt="x">'
    assert el("a", "x", href=address) == "<a>x</a>"


def test_what_is_checked_is_what_is_written() -> None:
    """A text of another class may tell another one each time it is asked."""

    class Odd(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "data:image/png;base64,AA"

        def __format__(self, _: str) -> str:
            return '"><script>'

    assert el("img", src=Odd("x")) == '<img src="data:image/png;base64,AA">'


@pytest.mark.parametrize("address", ["https://a.example/x?y=1", "data:image/jpeg;base64,/9j/4A=="])
def test_good_addresses_stay(address: str) -> None:
    """Addresses of pictures stay as they are."""
    assert el("img", src=address) == f'<img src="{address}">'


def test_attributes() -> None:
    """Attribute names are written as HTML has them; False and None are left out."""
    made = el("i", aria_label="a", class_="b", hidden=True, title=None, draggable=False, tabindex=0)
    assert made == '<i aria-label="a" class="b" hidden tabindex="0"></i>'


@pytest.mark.parametrize("tag", ["script", "style", "iframe", "IMG", "p onload", ""])
def test_elements_that_run_or_load_are_refused(tag: str) -> None:
    """Elements that run or load things can't be made at all."""
    with pytest.raises(ValueError, match="no element"):
        el(tag, "x")


@pytest.mark.parametrize("name", ["onerror", "onclick", "x y", "Style"])
def test_handlers_are_refused(name: str) -> None:
    """Attributes that run things can't be made at all."""
    with pytest.raises(ValueError, match="no attribute"):
        el("p", **{name: "x"})


def test_lists_and_nothing() -> None:
    """Children may be nested or missing."""
    assert join(["a", None, ["<", el("br")]]) == "a&lt;<br>"


def test_a_sheet_holds_no_markup() -> None:
    """A style sheet can't end itself."""
    with pytest.raises(ValueError, match="no markup"):
        style_sheet("a{}</style>")


_TAG = re.compile(
    r"(?<!\?P)</?(?:div|span|p|a|img|script|style|b|i|br|hr|code|em|strong|small|figure|figcaption|table|tr|td"
    r"|th|ul|ol|li|h[1-6]|details|summary|button|input|section|svg)(?:\s[^>]*)?/?>?",
)


def test_nobody_else_makes_markup() -> None:
    """Outside the one door no string of the package begins or ends an element."""
    root = Path(mj_notebook.__file__).parent
    found = []
    for path in root.rglob("*.py"):
        if path.name == "html.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        spoken = {id(doc) for node in ast.walk(tree) if (doc := _docstring(node)) is not None}
        found += [
            f"{path.relative_to(root)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            if id(node) not in spoken and _TAG.search(node.value)
        ]
    assert found == []


def _docstring(node: ast.AST) -> ast.expr | None:
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    first = node.body[0] if node.body else None
    return first.value if isinstance(first, ast.Expr) else None
