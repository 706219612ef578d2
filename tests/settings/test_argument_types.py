"""The door of public functions."""

import asyncio
import contextlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypedDict, Unpack, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mj_notebook as mj
from mj_notebook.errors import MJError, UsageError
from mj_notebook.session.job import FOR_PEOPLE
from mj_notebook.settings.argument_types import checked, meant_values, spelled_out
from mj_notebook.settings.settings import Secret
from tests.support.examples import examples


@checked
def ask(
    word: str,
    number: int = 0,
    *,
    share: float | None = None,
    is_loud: bool = False,
    other: object = None,
) -> tuple[Any, ...]:
    """Return what was given."""
    return word, number, share, is_loud, other


@pytest.mark.parametrize(
    ("args", "options"),
    [
        (("a",), {}),
        ((np.str_("a"), np.int64(3)), {"share": np.float32(0.5), "is_loud": np.bool_(1)}),
        (("a", 3), {"share": 1, "is_loud": True, "other": object}),
    ],
)
def test_what_is_meant_passes(args: tuple[Any, ...], options: dict[str, Any]) -> None:
    """Also numpy's own kinds; what is annotated in another way is not looked at."""
    assert ask(*args, **options)[0] == "a"


@pytest.mark.parametrize(
    ("args", "options", "said"),
    [
        ((5,), {}, "word can't be 5: it is a text"),
        ((None,), {}, "word can't be None: it is a text"),
        (("a", "3"), {}, "number can't be '3': it is a whole number"),
        (("a", True), {}, "number can't be True"),
        (("a",), {"share": float("nan")}, "share can't be nan: it is a number"),
        (("a",), {"share": np.float64("nan")}, "share can't be nan: it is a number"),
        (("a",), {"share": "x" * 999}, "share can't be"),
        (("a",), {"is_loud": "no"}, "is_loud can't be 'no': it is True or False"),
        (("a",), {"is_loud": 0}, "is_loud can't be 0"),
    ],
)
def test_what_can_not_be_meant_is_refused(
    args: tuple[Any, ...], options: dict[str, Any], said: str
) -> None:
    """One short sentence says which, what it was, and what it should be."""
    with pytest.raises(UsageError) as caught:
        ask(*args, **options)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("number", [10**5000, -(10**400), [1, 10**5000]], ids=["+", "-", "list"])
def test_a_number_that_can_not_be_counted_or_written_is_refused(number: Any) -> None:
    """One rule at the door, whatever is annotated, also where any option or value is taken."""

    @checked
    def tell(*tasks: object, **options: object) -> tuple[object, ...]:
        return tasks, options

    for call, name in (
        (lambda: ask("a", number), "number"),
        (lambda: ask("a", other=number), "other"),
        (lambda: tell(1, number), "tasks"),
        (lambda: tell(sref=number), "sref"),
        (lambda: meant_values({}, {"bot": number}), "bot"),
    ):
        with pytest.raises(UsageError, match=f"{name} can't be a number of so many digits"):
            call()
    with pytest.raises(UsageError, match="what is"):
        cast("Any", ask)("a", 1, number)
    assert ask("a", 10**300)[1] == 10**300


def test_what_is_missing_or_too_much_is_said() -> None:
    """The function keeps its name, words and signature."""
    for args, said in (((), "ask needs word"), (("a", 1, 2), "what is 2")):
        with pytest.raises(UsageError, match=said):
            cast("Any", ask)(*args)
    assert list(inspect.signature(ask).parameters) == [
        *("word", "number", "share", "is_loud", "other")
    ]
    assert ask.__doc__ == "Return what was given."


def test_what_breaks_within_is_no_fault_of_the_call() -> None:
    """A TypeError of what a person handed over stays what it is."""

    @checked
    def tell(listener: Callable[[str], object]) -> None:
        listener("half")

    with pytest.raises(TypeError, match="unsupported operand"):
        tell(lambda words: words - cast("Any", 1))


def test_what_only_the_session_calls_has_no_door() -> None:
    """A job is told of its task some thousand times a second: nobody's values are looked at."""
    assert hasattr(mj.Job.press, "__wrapped__")
    assert not hasattr(mj.Job.update, "__wrapped__")


FUNCTIONS = {
    **{name: getattr(mj, name) for name in set(mj.__all__) - {"__version__"}},
    **{f"job.{name}": getattr(mj.Job, name, None) for name in FOR_PEOPLE},
    **{
        f"{kind.__name__}.{name}": getattr(kind, name)
        for kind in (
            *(mj.AsyncClient, mj.Batch, mj.Board, mj.Client, mj.Gallery, mj.History),
            *(mj.Lineage, mj.Prompt, mj.Session, mj.Spend, mj.Study, mj.Sweep),
        )
        for name in dir(kind)
        if not name.startswith("_")
        and str(getattr(getattr(kind, name), "__module__", "")).startswith("mj_notebook")
    },
}
# What takes its options by two asterisks looks at them itself: tests/api/test_generate.py.
PUBLIC = {
    name: one
    for name, one in FUNCTIONS.items()
    if inspect.isfunction(one)
    and not inspect.unwrap(one).__code__.co_flags & inspect.CO_VARKEYWORDS
}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_keyword_that_nobody_reads_is_refused_everywhere(name: str) -> None:
    """By each public function and each method of what they return, before all else is looked at."""
    with pytest.raises(UsageError, match="There is no option 'nonsense'"):
        _call(PUBLIC[name])


def _call(function: Callable[..., Any]) -> None:
    called = function(nonsense=1)
    asyncio.run(called)  # what is awaited looks when it is


def test_a_keyword_says_which_was_meant() -> None:
    """What is swallowed is believed to have worked."""
    with pytest.raises(UsageError, match="Did you mean 'is_loud'"):
        cast("Any", ask)("a", is_lud=True)


def test_what_is_called_must_be_a_function() -> None:
    """A listener that is none is refused at once, not when there is something to hear."""

    @checked
    def listen(listener: Callable[[int], object] | None = None) -> None:
        del listener

    listen()
    listen(print)
    with pytest.raises(UsageError, match="listener can't be 5: it is a function"):
        cast("Any", listen)(5)


def test_values_of_a_dictionary_are_looked_at_in_the_same_way() -> None:
    """For options that a function hands on."""
    assert meant_values({"fresh": bool}, {"other": np.int64(1)}) == {"other": 1}
    with pytest.raises(UsageError, match="fresh can't be 'no'"):
        meant_values({"fresh": bool}, {"fresh": "no"})


# Whatever these are given, they neither draw anything nor wait: their first words are nonsense.
DOORS: dict[str, Callable[[Any], object]] = {
    "imagine": mj.imagine,
    "imagine fresh": lambda value: mj.imagine("a kite", fresh=value),
    "imagine state": lambda value: mj.imagine("", state=value),
    "shorten": mj.shorten,
    "video": mj.video,
    "from_file": mj.from_file,
    "from_notebook": mj.from_notebook,
    "bundle": mj.bundle,
    "offline": mj.offline,
    "strip": mj.strip,
    "job": mj.job,
    "import_task": mj.import_task,
    "lineage": mj.lineage,
    "history": mj.history,
    "history status": lambda value: mj.history(status=value),
    "history action": lambda value: mj.history(action=value),
    "history since": lambda value: mj.history(since=value),
    "history rating": lambda value: mj.history(rating=value),
    "history limit": lambda value: mj.history(limit=value),
    "spend": mj.spend,
    "board": mj.board,
    "gallery": mj.gallery,
    "sweep": mj.sweep,
    "compare": lambda value: mj.compare(value, by="s"),
    "measure": mj.measure,
    "similar": mj.similar,
    "diff": lambda value: mj.diff(value, "1"),
    "lint": mj.lint,
    "parse": mj.Prompt.parse,
    "help": mj.help,
    "verify": lambda value: mj.verify(repair=value),
    "read": mj.History.read,
    "listen": mj.listen,
    "Client": mj.Client,
    "Client mode": lambda value: mj.Client("http://h", mode=value),
    "AsyncClient": mj.AsyncClient,
    "Settings": mj.Settings,
    "Settings store": lambda value: mj.Settings(store=value),
    "base_url": lambda value: mj.configure(base_url=value),
    "store": lambda value: mj.configure(store=value),
    "pacing": lambda value: mj.configure(pacing=value),
}
ODD = st.one_of(
    st.sampled_from(
        [5, -1, 10**30, 1.5, float("nan"), True, b"x", "", " ", "\0", "\ud800", "x" * 5000]
    ),
    st.sampled_from([[], ["a", 5], {}, {"a": 1}, (), {1}, object(), Secret("x"), np.array(["a"])]),
    st.text(max_size=5),
)


# Nobody listens there, so nothing is drawn by what happens to be right.
NOBODY = {"base_url": "http://127.0.0.1:9", "store": None, "pacing": None}


@pytest.mark.usefixtures("new_kernel")
@pytest.mark.parametrize("door", DOORS)
@settings(
    max_examples=examples(10, many=200),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(value=ODD)
def test_no_value_of_a_wrong_kind_gets_through_a_door(door: str, value: Any) -> None:
    """Each public function takes it, or refuses it with an error of ours: nothing is raw."""
    mj.configure(**NOBODY)
    with contextlib.suppress(MJError):
        DOORS[door](value)
    mj.configure(**NOBODY)


class _Options(TypedDict, total=False):
    fresh: bool
    repeat: int
    bot: str


def test_options_are_spelled_out() -> None:
    """What stands behind two asterisks is shown by name, with what holds without it."""

    @spelled_out
    def draw(prompt: str, **options: Unpack[_Options]) -> Mapping[str, object]:
        del prompt
        return options

    assert str(inspect.signature(draw)) == (
        "(prompt: str, *, fresh: bool = False, repeat: int = 0, bot: str = None)"
        " -> collections.abc.Mapping[str, object]"
    )
    assert draw("a kite", bot="niji") == {"bot": "niji"}
