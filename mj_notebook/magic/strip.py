"""``%mj strip``: a copy beside the notebook, since a notebook that is open can't be rewritten."""

from collections.abc import Mapping

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.magic.records import StripCommand
from mj_notebook.settings.paths import given_path


def stripped_copy(command: StripCommand, environment: Mapping[str, str]) -> str:
    """
    Write the copy, and return what to say about it.

    Args:
        command: What was said.
        environment: Tells which notebook this kernel belongs to, where the server says so.

    Raises:
        UsageError: It isn't known which notebook, or it holds what must not be handed on.
    """
    from mj_notebook.api.strip import strip  # the rooms load with the first use

    # What is named is read, which tells what is wrong with it; a kernel may belong to a console.
    here = environment.get("JPY_SESSION_NAME", "")
    path = given_path(command.path or here, "kites.ipynb") if command.path or here else None
    if path is None or not (command.path or (path.suffix == ".ipynb" and path.is_file())):
        raise UsageError(
            translated("It isn't known which notebook this is."),
            hint=translated("Write its path: %mj strip notebook.ipynb."),
        )
    copy = path.parent / f"{path.stem}.stripped.ipynb"
    strip(path, copy, keep_pictures=command.keep_pictures)
    return (
        f"Wrote {copy.name}: the notebook as it was last saved, fit for git.\n"
        f"To change the notebook itself, close it and run: python -m mj_notebook strip {path.name}"
    )
