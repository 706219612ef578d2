"""Moving a history: from a folder into a database, or between any two of them."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from mj_notebook.api.opening import database_of, with_owners
from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.settings.paths import working_folder
from mj_notebook.settings.readers import environment_settings, with_changes
from mj_notebook.settings.settings import Settings, data_folder
from mj_notebook.store.database import FILE
from mj_notebook.store.history import Store
from mj_notebook.store.moving import Moved, move


def move_history(
    source: str,
    target: str,
    *,
    source_pictures: str | None = None,
    target_pictures: str | None = None,
    say: Callable[[str], object] = lambda _: None,
) -> Moved:
    """
    Copy the history *source* with its pictures into *target*, and compare the two.

    Args:
        source: A folder, or the address of a database.
        target: Another one; what it holds already stays.
        source_pictures: The place that the pictures of *source* are shared in, if not its folder;
            for a database by default what `Settings.pictures` says.
        target_pictures: The same of *target*.
        say: Is told what is done now.

    Raises:
        UsageError: The source has no history, or both are the same.
        StoreError: One of them can't be read or written; the same call goes on there.
    """
    # Not the session's: this is called from the command line too, where no session should open.
    given = with_owners(environment_settings())
    one = _endpoint(given, source, source_pictures)
    other = _endpoint(given, target, target_pictures)
    # Before anything is opened: opening would make the target.
    if one.store == other.store:
        raise UsageError(
            translated("A history can't be moved into itself."),
            hint=translated("Name another target."),
        )
    # Opening a folder makes a history in it; a wrong name would move an empty one.
    if isinstance(one.store, Path) and not (one.store / FILE).is_file():
        raise UsageError(
            translated("There is no history in {store}.", store=one.store.name or one.store),
            hint=translated("Name the folder that MJ_STORE names, or the address of a database."),
        )
    with ExitStack() as stack:
        return move(stack.enter_context(_open(one)), stack.enter_context(_open(other)), say)


def _open(settings: Settings) -> Store:
    folder = data_folder(settings, here=working_folder)
    return Store(folder, pictures=settings.pictures, address=database_of(settings))


def _endpoint(given: Settings, store: str, pictures: str | None) -> Settings:
    """Return the settings of a history; a folder has its own pictures, unless it is said."""
    settings = with_changes(given, store=store)
    if pictures is not None:
        return with_changes(settings, pictures=pictures)
    return replace(settings, pictures=None) if settings.database is None else settings
