"""Whatever a person gives to a method of what functions of ``mj`` return."""

import copy
import inspect
import pickle
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import mj_notebook as mj
from mj_notebook.errors import MJError
from tests.support.rig import TIMEOUT

HALF = "kite\ud83d"
ODD: list[Any] = [
    *(
        None,
        5,
        -1,
        10**30,
        10**5000,
        1.5,
        float("nan"),
        True,
        b"x",
        "",
        HALF,
        "x" * 3000,
        object(),
        len,
    ),
    *(pd.NA, pd.NaT, np.int64(2), np.str_("a"), np.float64(2.5), np.array([1, 2]), np.array([[1]])),
    *([], ["a", 5], [None], {"a": 1}, {1}, slice(1), pd.Series([1, 2]), pd.DataFrame({"a": [1]})),
]


def _sweep() -> mj.Sweep:
    return mj.sweep("a {{what}}", what=["kite", "boat"], s=[0, 9], run=True).wait(TIMEOUT)


def _job() -> mj.Job:
    return mj.imagine("a red kite").wait(TIMEOUT)


def _client() -> mj.Client:
    _job()
    return mj.current_session().client


MADE: dict[str, Callable[[], Any]] = {
    "job": _job,
    "board": lambda: mj.board([_job()]),
    "sweep": _sweep,
    "view": lambda: _sweep().xy("s"),
    "study": lambda: mj.compare(_sweep(), by="s"),
    "rating": lambda: mj.compare(_sweep(), by="s").rating(),
    "history": lambda: (_job(), mj.history())[1],
    "gallery": lambda: (_job(), mj.gallery())[1],
    "spend": lambda: (_job(), mj.spend())[1],
    "lineage": lambda: mj.lineage(_job()),
    "batch": lambda: mj.batch(["a kite"], say=len),
    "breakdown": lambda: mj.shorten("a very red kite over dunes").wait(TIMEOUT).breakdown,
    "plan": lambda: mj.imagine("{1, 2, 3, 4, 5} kites"),
    "prompt": lambda: mj.Prompt.parse("a kite --ar 3:2"),
    "client": _client,
    "session": mj.current_session,
    "costs": lambda: mj.current_settings().costs,
}
# What stands where another parameter is odd.
USUAL: dict[str, Callable[[], Any]] = {
    "listener": lambda: lambda _: None,
    "path": lambda: f"{len(list(Path().iterdir()))}.csv",
    "question": lambda: None,
    "row": _job,
    "request": lambda: mj.Imagine(prompt="a kite"),
    "asked": lambda: mj.Imagine(prompt="a kite"),
    "ids": lambda: ["1"],
}
# Of what ends the object itself, or waits for what never comes; and the insides of a session.
LEFT_OUT = {
    *("close", "retire", "all_ended", "delete", "accept", "end", "reopen", "update", "notify"),
    *("set_submission", "set_typical_seconds", "picked", "without_deleted", "cached_thumbnails"),
    *("make_thumbnail", "large", "rows", "of", "value", "track"),
}


def _calls(made: Any) -> Iterator[tuple[str, Callable[[Any], object]]]:
    """Return what can be called with an odd value, by words."""
    if hasattr(type(made), "__getitem__"):
        yield "[]", lambda odd: made[odd]
    for name in dir(made):
        method = getattr(type(made), name, None)
        if name.startswith("_") or name in LEFT_OUT or not inspect.isroutine(method):
            continue
        if not str(getattr(method, "__module__", "")).startswith("mj_notebook"):
            continue
        yield from _calls_of(name, getattr(made, name))


def _calls_of(name: str, bound: Any) -> Iterator[tuple[str, Callable[[Any], object]]]:
    yield f"{name}(nonsense=…)", lambda odd: bound(nonsense=odd)
    yield f"{name}(… x 12)", lambda odd: bound(*[odd] * 12)
    taken = inspect.signature(bound).parameters.values()
    single = [one for one in taken if one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}]
    needed = {one.name for one in single if one.default is one.empty}
    for one in single:

        def call(odd: object, key: str = one.name) -> object:
            others = {other: USUAL.get(other, str)() for other in needed - {key}}
            return bound(**others, **{key: odd})

        yield f"{name}({one.name}=…)", call


def _complaint(call: Callable[[Any], object], odd: object) -> str:
    """Return what is wrong with how *odd* is answered; "" where it is taken, or refused well."""
    try:
        call(odd)
    except MJError as error:
        told = str(error)
        is_short = len(told) < 420 and not any(one in told for one in ("\n", " at 0x", "<class"))
        return "" if error.hint and is_short else told
    except Exception as error:  # noqa: BLE001 - what is told of it
        return repr(error)
    return ""


@pytest.mark.usefixtures("new_kernel")
@pytest.mark.parametrize("name", MADE)
def test_no_odd_value_gets_through_a_method(name: str) -> None:
    """It is taken, or refused by an error of ours: one short line without a repr, and a way on."""
    mj.configure(demo_seconds=0)
    made = MADE[name]()
    found = {
        f"{called} with {type(odd).__name__}": complaint[:200]
        for called, call in _calls(made)
        for odd in (*ODD, made)
        if (complaint := _complaint(call, odd))
    }
    assert found == {}


@pytest.mark.usefixtures("new_kernel")
def test_what_numpy_and_pandas_hold_is_taken_for_what_it_means() -> None:
    """Their whole numbers, numbers and texts are Python's own, wherever one is given."""
    whole: Any = np.int64
    text: Any = np.str_
    number: Any = np.float64
    mj.configure(demo_seconds=0, most_jobs=whole(4))
    job = mj.imagine(text("a kite"), repeat=whole(1), state=text("b"), seed=whole(3))
    assert isinstance(job, mj.Job)
    job.wait(number(TIMEOUT)).rate(number(4.0))
    assert (job.prompt, job.rating, job[whole(1)].size[0]) == ("a kite --seed 3", 4, 32)
    assert len(mj.history(rating=whole(4), limit=whole(5), seed=[whole(3)])) == 1
    frame = pd.DataFrame({"what": ["kite", "boat"], "s": [100.0, 250.0]})
    sweep = mj.sweep("a {{what}}", what=frame["what"], s=frame["s"].to_numpy(), chaos=whole(5))
    assert sweep[whole(0)] is sweep.cell(what=text("kite"), s=whole(100))
    assert [type(one) for one in sweep.to_records()[0].values()][:2] == [str, float]
    assert [one.label for one in mj.board([job], labels=frame["what"][:1]).cells] == ["kite"]


class Rendered(str):
    """A text of its own kind, as templates render."""

    __slots__ = ()


@pytest.mark.usefixtures("new_kernel")
def test_a_text_of_its_own_kind_is_the_text() -> None:
    """It is plain from the door on, so that it can be sent, kept and compared."""
    given: dict[str, Any] = {"state": Rendered("b"), "notify": Rendered("http://a.example/")}
    relaxed = mj.AccountFilter(modes=(Rendered("RELAX"),))
    mj.configure(demo_seconds=0)
    job = mj.imagine(Rendered("a kite"), accounts=relaxed, no=[Rendered("x")], **given)
    assert isinstance(job, mj.Job)
    job.wait(TIMEOUT).tag(Rendered("good"))
    assert (type(job.prompt), len(mj.history(Rendered("kite"), tag=Rendered("good")))) == (str, 1)
    assert type(mj.Imagine(prompt=Rendered("a boat")).prompt) is str


HALVES: dict[str, Callable[[], object]] = {
    **{
        name: partial[Any](mj.imagine, "a kite", **{name: HALF})
        for name in ("no", "sref", "cref", "state", "notify", "bot", "mode", "images", "style")
    },
    "list": lambda: mj.imagine("a kite", no=[HALF]),
    "accounts": lambda: mj.imagine("a kite", accounts={"remark": HALF}),
    "record": lambda: mj.Imagine(prompt=HALF),
    "user": lambda: mj.configure(user=HALF),
    "settings": lambda: mj.Settings(user=HALF),
    "axis": lambda: mj.sweep("a {{what}}", what=["kite", HALF]),
    "history": lambda: list(mj.history(user=HALF)),
    "filter": lambda: list(mj.history(no=HALF)),
    "board": lambda: mj.board([], title=HALF),
    "bundle": lambda: mj.bundle(HALF),
    "job": lambda: mj.job(HALF),
    "note": lambda: _job().note(HALF),
    "tag": lambda: _job().tag(HALF),
    "save": lambda: _job().save(HALF),
}


@pytest.mark.usefixtures("new_kernel")
@pytest.mark.parametrize("given", HALVES)
def test_half_of_a_sign_is_refused_where_it_is_given(given: str) -> None:
    """It has no bytes, and would break where it is written or sent."""
    mj.configure(demo_seconds=0)
    with pytest.raises(MJError) as caught:
        HALVES[given]()
    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "meant"),
    [("nope", "Known: "), ("raws", "mean 'raw'"), ("stylise", "'stylize'"), ("imags", "'images'")],
)
def test_what_is_suggested_is_near(name: str, meant: str) -> None:
    """A short name is the beginning of much that means something else."""
    options: dict[str, Any] = {name: 1}
    with pytest.raises(MJError, match=meant):
        mj.imagine("a kite", **options)


@pytest.mark.usefixtures("new_kernel")
def test_what_lives_in_a_kernel_says_what_to_keep_instead() -> None:
    """Pickled, alone or among others: not in words of locks and tables. A copy of it is itself."""
    mj.configure(demo_seconds=0)
    for name in ("board", "view", "rating", "history", "gallery", "lineage", "batch", "plan"):
        made = [MADE[name]()]
        copied = copy.deepcopy(made)
        assert copied[0] is made[0] or name == "view"  # which is of one that isn't copied either
        with pytest.raises(mj.MJError, match=r"lives in this kernel\. Keep jobs"):
            pickle.dumps(made)
