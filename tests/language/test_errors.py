"""What a person did wrong is said in their language, wherever it is found out."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

import pytest

import mj_notebook as mj
from mj_notebook import errors
from mj_notebook.errors import MJError, UsageError
from mj_notebook.images.sources import load_source
from mj_notebook.magic.arguments import parse_cell, parse_line
from mj_notebook.prompt.keywords import written_parameters
from mj_notebook.session.doubt import in_doubt, unsettled
from mj_notebook.session.request_options import dimensions_of
from mj_notebook.settings.readers import with_changes
from mj_notebook.settings.settings import Settings
from tests.support.pages import ROOT

PACKAGE = ROOT / "mj_notebook"
# What the embedded server says travels over HTTP, and is English as its other words are.
_ON_THE_WIRE = ("server/http", "server/faults.py")
_ERRORS = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.MJError)
}


# Each module is looked through by two tests.
_parsed = cache(ast.parse)


def told_outright(source: str) -> Iterator[str]:
    """Find the sentences and hints of errors that are not looked up."""
    for node in ast.walk(_parsed(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in _ERRORS:
                hints = [one.value for one in node.keywords if one.arg == "hint"]
                for given in (*node.args, *hints):
                    yield from _texts(given)
            elif node.func.id == "add_remark":
                yield from _texts(node.args[1])
        elif isinstance(node, ast.Call) and _called(node) == "tell_trouble":
            for given in node.args:
                yield from _texts(given)
        elif isinstance(node, ast.Assign | ast.AugAssign) and _attributes(node) & _SHOWN:
            yield from _texts(node.value)


# What of an error or a job people are shown.
_SHOWN = {"hint", "remarks", "trouble"}


def _attributes(node: ast.Assign | ast.AugAssign) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {one.attr for one in targets if isinstance(one, ast.Attribute)}


def _called(node: ast.Call) -> str:
    function = node.func
    return getattr(function, "attr", "") or getattr(function, "id", "")


def told_in_gaps(sources: Mapping[str, str]) -> Iterator[str]:
    """Find English that stands in the gaps of sentences: there, in a local name, by a caller."""
    takes: dict[str, set[tuple[int, str]]] = {}
    calls: list[tuple[str, ast.Call]] = []
    for name, source in sources.items():
        tree = _parsed(source)
        nodes = [*ast.walk(tree)]
        constants = dict(_assigned(tree.body))
        calls += [(name, one) for one in nodes if isinstance(one, ast.Call)]
        for each in (one for one in nodes if isinstance(one, ast.FunctionDef)):
            own = [*ast.walk(each)]
            if not (gaps := [*_gaps(own)]):
                continue
            places = [one.arg for one in each.args.args if one.arg not in {"self", "cls"}]
            local = dict(_assigned(own))
            for gap, value in gaps:
                yield from (f"{name}: {one}" for one in _texts(value) if _is_word(one, gap))
                for one in _names(value):
                    given = local.get(one) or (constants.get(one) if one.isupper() else None)
                    texts = [*_texts(given)] if given else []
                    yield from (f"{name}: {text}" for text in texts if _is_phrase(text))
                    if one in places:
                        takes.setdefault(each.name, set()).add((places.index(one), one))
    for name, call in calls:
        for place, key in takes.get(_called(call), ()):
            filled = [*call.args[place : place + 1]]
            filled += [one.value for one in call.keywords if one.arg == key]
            texts = [text for one in filled for text in _texts(one)]
            yield from (f"{name}: {text}" for text in texts if _is_phrase(text))


def _assigned(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _gaps(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Return what is put into the gaps of sentences, with their names."""
    for node in nodes:
        if isinstance(node, ast.Call):
            looked_up = getattr(node.func, "value", node)
            if isinstance(looked_up, ast.Call) and _called(looked_up) in _LOOK_UP:
                yield from ((one.arg or "", one.value) for one in node.keywords)


def _names(node: ast.expr) -> Iterator[str]:
    """Return the names whose values an expression gives as they are."""
    if isinstance(node, ast.Name):
        yield node.id
    for one in _parts(node):
        yield from _names(one)


_LOOK_UP = {"translated", "told", "gettext", "ngettext"}
# Grammar of English, which others have none of.
_GRAMMAR = {"plural", "verb"}
_CODE = re.compile(r"[(=]|^%")


def _is_word(text: str, gap: str) -> bool:
    is_named = text.isupper()  # a constant, which is looked at by its value
    return bool(
        gap not in _GRAMMAR
        and not is_named
        and re.search("[a-z]{2}|No", text)
        and not _CODE.search(text)
    )


def _is_phrase(text: str) -> bool:
    """Tell words of ours from the name of an option or a file."""
    return bool(re.search("[A-Za-z] [a-z]", text.strip())) and not _CODE.search(text)


def _parts(node: ast.expr) -> list[ast.expr]:
    """Return of what an expression is one, or is made."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.BoolOp):
        return node.values
    return node.elts if isinstance(node, ast.Tuple) else []


def _texts(node: ast.expr) -> Iterator[str]:
    """Return what an expression says by itself, of its branches too; a call is another's."""
    for each in _parts(node):
        yield from _texts(each)
    if isinstance(node, ast.JoinedStr):
        words = "".join(str(one.value) for one in node.values if isinstance(one, ast.Constant))
        if any(sign.isalpha() for sign in words.replace("_", "")):
            yield words
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
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


def test_what_stands_in_a_sentence_is_looked_up_too() -> None:
    """No gap of a sentence is filled with English, wherever that was written."""
    sources = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    ours = {
        name: path.read_text("utf-8")
        for name, path in sources.items()
        if not name.startswith("server/")
    }
    assert [*told_in_gaps(ours)] == []


@pytest.mark.parametrize(
    "source",
    [
        'def f(): translated("It has {n} jobs.", n=count or "no")',
        'def f(): gettext("{what} is damaged.").format(what="The file" if name else name)',
        """
def f():
    kind = "a page or a text" if page else other
    translated("It gave {kind}.", kind=kind)
""",
        """
def broken(what): translated("It is broken: {what}.", what=what)
broken("it ends too early")
""",
        """
_WHAT = "The array here"
def f(): translated("{what} is empty.", what=_WHAT)
""",
    ],
)
def test_english_in_a_gap_is_found(source: str) -> None:
    """As it is given, in a branch, by a name, by who calls, and by a constant."""
    assert [*told_in_gaps({"here.py": source})]
    clean = 'def f(): translated("{a} {b}", a=translated("no"), b="%mj help")'
    assert not [*told_in_gaps({"here.py": clean})]


@pytest.mark.parametrize(
    "source",
    [
        'raise UsageError("There is none.")',
        'raise UsageError(translated("There is none."), hint=f"Give {name}." if name else "")',
        'error.hint = "Try " + name',
        "raise UsageError(hint=_HINT)",
        "add_remark(job, FOUND)",
        "job.remarks += (FOUND,)",
        'job.trouble = f"{reason} Asking again."',
        'job.tell_trouble("It is away.")',
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


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: mj.undo("x"), "undo 不接受不带名称的值；'x' 是什么？"),  # type: ignore[call-arg]
        (lambda: parse_line("blend a.png"), "2 到 5"),
        (lambda: dimensions_of("tall"), "'tall' 不是混合图的形状。"),
        (lambda: with_changes(Settings(), budget="x"), "设置 budget：'x' 不是积分数。"),
        (
            lambda: with_changes(Settings(), backend_url="x"),
            "7860 的形式；密码请写入 backend_secret",
        ),
        (lambda: with_changes(Settings(), mode="x"), "'x' 不是模式。 可用："),
        (lambda: load_source(7), "类型为 'int' 的对象不是图片。"),
        (lambda: written_parameters({"s": float("nan")}), "它接受整数。"),
        (lambda: written_parameters({"ar": True}), "它接受宽和高"),
        (lambda: load_source("./nope.png"), "没有该文件或文件夹。"),
        (lambda: parse_line("blend a.png b.png --out"), "选项 --out：需要一个值。"),
    ],
)
def test_values_of_sentences_are_told_in_chinese(wrong: Callable[[], object], said: str) -> None:
    """What fills a gap is Chinese as its sentence is; the person's own value is as it was typed."""
    with pytest.raises(MJError) as found:
        wrong()
    assert said in str(found.value)


@pytest.mark.usefixtures("chinese")
def test_doubt_is_told_in_chinese() -> None:
    """What may be paid for twice is whole sentences, whatever was asked and by whom."""
    why = MJError("没有应答。")
    for request in ("Imagine", "Action", "Modal"):
        errors_of_it = [
            unsettled(why, request, None, is_free=False),
            unsettled(why, request, None, is_free=True, whose="ann", is_looked_for=True),
            in_doubt(why, request, None, is_free=False),
        ]
        for error in errors_of_it:
            plain = re.sub(
                r"mj\.delete\(.*yes=True\)|\w+\.\w+\([^)]*\)|fresh=True|ann", "", str(error)
            )
            assert not re.search("[A-Za-z]{2}", plain)
