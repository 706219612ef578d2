"""What a person did wrong is said in their language, wherever it is found out."""

import ast
from collections.abc import Iterator

import pytest

import mj_notebook as mj
from mj_notebook import errors
from mj_notebook.errors import UsageError
from mj_notebook.magic.arguments import parse_cell
from tests.support.pages import ROOT

PACKAGE = ROOT / "mj_notebook"
# What the embedded server says travels over HTTP, and is English as its other words are.
_ON_THE_WIRE = ("server/http", "server/faults.py")
_ERRORS = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.MJError)
}


def told_outright(source: str) -> Iterator[str]:
    """Find the sentences and hints of errors that are not looked up."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in _ERRORS:
                hints = [one.value for one in node.keywords if one.arg == "hint"]
                for given in (*node.args, *hints):
                    yield from _texts(given)
        elif isinstance(node, ast.Assign) and "hint" in _attributes(node):
            yield from _texts(node.value)


def _attributes(node: ast.Assign) -> list[str]:
    return [one.attr for one in node.targets if isinstance(one, ast.Attribute)]


def _texts(node: ast.expr) -> Iterator[str]:
    """Return what an expression says by itself, of its branches too; a call is another's."""
    if isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.BinOp):
        yield from (*_texts(node.left), *_texts(node.right))
    elif isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from _texts(each)
    elif isinstance(node, ast.JoinedStr):
        words = "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
        if any(sign.isalpha() for sign in words.replace("_", "")):
            yield words
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.Name) and node.id.isupper():
        yield node.id  # a sentence that stands above, and is looked up where it is told


def test_every_error_is_looked_up() -> None:
    """No error is made of words that no catalogue can hold."""
    sources = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    outright = {
        name: [*told_outright(path.read_text("utf-8"))]
        for name, path in sources.items()
        if not name.startswith(_ON_THE_WIRE)
    }
    assert {name: found for name, found in outright.items() if found} == {}


@pytest.mark.parametrize(
    "source",
    [
        'raise UsageError("There is none.")',
        'raise UsageError(translated("There is none."), hint=f"Give {name}." if name else "")',
        'error.hint = "Try " + name',
        "raise UsageError(hint=_HINT)",
    ],
)
def test_what_is_not_looked_up_is_found(source: str) -> None:
    """Sentences and hints, whole, with values and in branches."""
    assert [*told_outright(source)]
    assert not [*told_outright('UsageError(translated("There is none."), hint=gettext(_HINT))')]


@pytest.mark.usefixtures("chinese")
def test_what_was_asked_wrongly_is_told_in_chinese() -> None:
    """A line of a cell, a call, a value; what the person typed stays as it was typed."""
    with pytest.raises(UsageError) as line:
        parse_cell("--colour red", "a kite")
    with pytest.raises(UsageError) as call:
        mj.Client("https://proxy.example.com", colour="red")  # type: ignore[call-arg]
    with pytest.raises(UsageError) as value:
        mj.Prompt.parse(7)  # type: ignore[arg-type]
    said = [str(one.value) for one in (line, call, value)]
    assert said[0].startswith("%%mj 没有选项 --colour。")
    assert said[1].startswith("没有选项 'colour'。")
    assert said[2] == "int 不是提示词。 请给出文字。"
