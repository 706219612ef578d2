"""What `import mj_notebook as mj` gives, and how little it loads."""

import inspect
import re
import subprocess
import sys
from typing import Any

import pytest

import mj_notebook as mj
from mj_notebook.errors import UsageError

HEAVY = (
    "PIL",
    "anywidget",
    "httpx",
    "ipywidgets",
    "msgspec",
    "nest_asyncio",
    "numpy",
    "obstore",
    "pandas",
    "psycopg",
    "sqlalchemy",
    "sqlite3",
    "asyncio",
    "starlette",
    "uvicorn",
)
_LOADED = f"""
import sys
print(*sorted(name for name in {HEAVY} if name in sys.modules))
"""


def printed(code: str) -> list[str]:
    """Return the words that *code* prints, run in a Python of its own."""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()[-1].split() if ran.stdout.strip() else []


def test_all_names_are_sorted_and_there() -> None:
    """`__all__` is in order, without repeats, and every name in it can be had."""
    assert list(mj.__all__) == sorted(set(mj.__all__))
    for name in mj.__all__:
        assert getattr(mj, name) is not None


def test_every_lazy_name_is_public() -> None:
    """What can be had lazily is exactly what is told to be there."""
    assert {*mj._MODULE, "__version__"} == set(mj.__all__)
    assert dir(mj) == list(mj.__all__)


def test_each_name_is_explained_in_one_line() -> None:
    """`mj.<Tab>` shows a sentence for each of them, which fits into one line."""
    for name in set(mj.__all__) - {"__version__"}:
        first = (getattr(mj, name).__doc__ or "").strip().splitlines()[0]
        assert first.endswith((".", "::")), name
        assert len(first) <= 100, name


def test_star_import_gives_them_all() -> None:
    """`from mj_notebook import *` works and gives the public names."""
    names: dict[str, object] = {}
    exec("from mj_notebook import *", names)
    assert set(mj.__all__) <= set(names)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A typo fails as everywhere in Python."""
    with pytest.raises(AttributeError, match="imagin'"):
        _ = mj.imagin


MADE = [
    one
    for name in mj.__all__
    if isinstance(one := getattr(mj, name), type) and not issubclass(one, BaseException)
]


@pytest.mark.parametrize("made", MADE, ids=lambda one: one.__name__)
def test_a_misspelt_argument_of_a_constructor_is_answered(made: type) -> None:
    """As a function's: with what was probably meant, by its name in the signature."""
    name = list(inspect.signature(made).parameters)[-1]
    with pytest.raises(UsageError, match=f"no option '{name}s'. Did you mean '{name}'"):
        made(**{f"{name}s": 1})


def test_what_is_missing_or_too_much_is_said_in_a_sentence() -> None:
    """Of records, of other classes, and of functions, which take what follows by name."""
    said: list[tuple[Any, tuple[object, ...], dict[str, object], str]] = [
        (mj.Imagine, (), {}, "Imagine needs prompt. Write Imagine(prompt=…)."),
        (mj.Submission, (), {}, "Submission needs request. Write Submission(request)."),
        (mj.job, (), {}, "job needs task_id. Write job(task_id)."),
        (mj.Imagine, ("kite",), {}, "what is 'kite'? Name it, as in prompt=…."),
        (mj.imagine, ("kite", {"a": 1}), {}, "what is {'a': 1}? Name it, as in images=…."),
        (mj.lint, ("kite", 3), {}, "what is 3? Name it, as in images=…."),
        (mj.configure, (5,), {}, "configure takes nothing without a name; what is 5?"),
        (mj.shorten, ("kite",), {"prompt": "boat"}, "shorten was given prompt twice."),
    ]
    for asked, args, options, words in said:
        with pytest.raises(UsageError, match=re.escape(words)):
            asked(*args, **options)


def test_the_import_loads_nothing_heavy() -> None:
    """`import mj_notebook` costs nothing that is not used yet."""
    assert printed(f"import mj_notebook{_LOADED}") == []


def test_loading_the_extension_loads_nothing_heavy() -> None:
    """`%load_ext mj_notebook` loads nothing heavy beyond what the shell has loaded itself."""
    code = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
shell.run_line_magic("load_ext", "mj_notebook")
assert "mj" in shell.magics_manager.magics["cell"]
"""
    heavy = f"print(*sorted(name for name in {HEAVY} if name in set(sys.modules) - before))"
    assert printed(code + heavy) == []


def test_a_name_brings_its_own_room_only() -> None:
    """An error class loads no client, and the client no widgets."""
    assert printed(f"import mj_notebook as mj; mj.QueueFull{_LOADED}") == []
    loaded = printed(f"import mj_notebook as mj; mj.Client{_LOADED}")
    assert "httpx" in loaded
    assert not {"ipywidgets", "PIL", "uvicorn"} & set(loaded)


def test_a_proxy_of_ones_own_needs_no_server_and_no_widgets() -> None:
    """A program that only asks a proxy loads neither the embedded server nor any widget."""
    code = """
import mj_notebook as mj
mj.configure(base_url="http://127.0.0.1:9", store="unused")
from mj_notebook.session import archiver, poller, session
from mj_notebook.api import state
"""
    assert not {"ipywidgets", "anywidget", "starlette", "uvicorn", "numpy"} & set(
        printed(code + _LOADED)
    )


def test_the_first_cell_waits_for_nothing_that_comes_later() -> None:
    """The demo server starts without what paints, and a panel opens without windows."""
    code = """
import sys
import mj_notebook.server.http.app, mj_notebook.widgets.job_panel
late = ("server.backends.painter.tile", "widgets.window", "widgets.painter")
print(*[name for name in late if f"mj_notebook.{name}" in sys.modules])
"""
    assert printed(code) == []
