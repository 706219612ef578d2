"""Commands for what is kept: history, spending, notebooks, bundles, parameters."""

import os
from typing import TYPE_CHECKING, Any

from IPython.display import display

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.magic.context import Context
from mj_notebook.magic.showing_boards import show_gallery
from mj_notebook.settings.paths import given_path

if TYPE_CHECKING:
    from mj_notebook.api.spend import Spend
    from mj_notebook.session.history import History


def history(_: Context, **filters: Any) -> "History":
    """Return history; as the value of the cell it is a table."""
    from mj_notebook.api import history as api  # the rooms load with the first command

    return api.history(**filters)


def gallery(context: Context, **filters: Any) -> None:
    """Show history as pictures."""
    from mj_notebook.api import history as api

    show_gallery(api.gallery(**filters), context.front_end)


def spend(_: Context, by: str = "day", since: str = "", until: str = "") -> "Spend":
    """Return what was spent."""
    from mj_notebook.api import history as api

    return api.spend(since or None, until=until or None, by=by)


def strip(_: Context, path: str = "", *, keep_pictures: bool = False) -> None:
    """Write a copy fit for git beside a notebook, since one that is open can't be rewritten."""
    from mj_notebook.api import strip as api

    # What is named is read, which tells what is wrong with it; a kernel may belong to a console.
    here = os.environ.get("JPY_SESSION_NAME", "")
    source = given_path(path or here, "kites.ipynb") if path or here else None
    if source is None or not (path or (source.suffix == ".ipynb" and source.is_file())):
        raise UsageError(
            translated("It isn't known which notebook this is."),
            hint=translated("Write its path: %mj strip notebook.ipynb."),
        )
    copy = source.parent / f"{source.stem}.stripped.ipynb"
    api.strip(source, copy, keep_pictures=keep_pictures)
    print(
        f"Wrote {copy.name}: the notebook as it was last saved, fit for git.\n"
        f"To change the notebook itself, close it and run: python -m mj_notebook strip"
        f" {source.name}"
    )


def bundle(_: Context, path: str, notebook: str = "", *, force: bool = False) -> None:
    """Write a bundle, and say what is in it."""
    from mj_notebook.api.bundle import commands as bundles  # the rooms load with the first job

    print(bundles.bundle(path, notebook or None, force=force))


def go_offline(_: Context, path: str) -> None:
    """Run from a bundle, and say what is in it."""
    from mj_notebook.api.bundle import commands as bundles

    print(bundles.offline(path))


def params(_: Context, word: str = "") -> None:
    """Show the table of parameters, with the rules that are set."""
    from mj_notebook.api.state import current_settings
    from mj_notebook.prompt.rules import rule_book
    from mj_notebook.view.parameters import parameters_bundle

    book = rule_book(current_settings().rules)
    display(parameters_bundle(book, word), raw=True)  # type: ignore[no-untyped-call]
