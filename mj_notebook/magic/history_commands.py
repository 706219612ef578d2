"""Commands for what is kept: history, spending, notebooks, bundles, parameters."""

import os
from typing import TYPE_CHECKING, Any

from IPython.display import display

from mj_notebook.magic import records
from mj_notebook.magic.context import Context
from mj_notebook.magic.showing_boards import show_gallery
from mj_notebook.magic.strip import stripped_copy

if TYPE_CHECKING:
    from mj_notebook.api.spend import Spend
    from mj_notebook.session.history import History


def history(context: Context, command: records.HistoryCommand) -> "History":
    """Return history; as the value of the cell it is a table."""
    del context
    from mj_notebook.api import history as api  # the rooms load with the first command

    filters: dict[str, Any] = dict(command.filters)
    return api.history(**filters)


def gallery(context: Context, command: records.GalleryCommand) -> None:
    """Show history as pictures."""
    from mj_notebook.api import history as api

    filters: dict[str, Any] = dict(command.filters)
    show_gallery(api.gallery(**filters), context.front_end)


def spend(context: Context, command: records.SpendCommand) -> "Spend":
    """Return what was spent."""
    del context
    from mj_notebook.api import history as api

    return api.spend(command.since or None, until=command.until or None, by=command.by)


def strip(context: Context, command: records.StripCommand) -> None:
    """Write a copy of the notebook that is fit for git."""
    del context
    print(stripped_copy(command, os.environ))


def bundle(context: Context, command: records.BundleCommand) -> None:
    """Write a bundle, and say what is in it."""
    del context
    from mj_notebook.api.bundle import commands as bundles  # the rooms load with the first job

    print(bundles.bundle(command.path, command.notebook or None, force=command.force))


def go_offline(context: Context, command: records.OfflineCommand) -> None:
    """Run from a bundle, and say what is in it."""
    del context
    from mj_notebook.api.bundle import commands as bundles

    print(bundles.offline(command.path))


def params(context: Context, command: records.ParamsCommand) -> None:
    """Show the table of parameters, with the rules that are set."""
    del context
    from mj_notebook.api.state import current_settings
    from mj_notebook.prompt.rules import rule_book
    from mj_notebook.view.parameters import parameters_bundle

    book = rule_book(current_settings().rules)
    display(parameters_bundle(book, command.word), raw=True)  # type: ignore[no-untyped-call]
