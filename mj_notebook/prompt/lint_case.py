"""One prompt that lint looks at, in its parts, and where it is used."""

from typing import NamedTuple

from mj_notebook.prompt.findings import told
from mj_notebook.prompt.parameters import ParameterTable
from mj_notebook.prompt.parse import Prompt, Written, parameters_start


class Place(NamedTuple):
    """
    Where a prompt is used.

    Attributes:
        images: Pictures that go along beside the prompt.
        is_film: Whether a film is asked for.
        is_window: Whether it answers the window of a Custom Zoom.
        is_niji: Whether the bot for anime draws.
        default_version: What draws without ``--v`` and never moves; "" for what the rules say,
            which does.
        handed: The names of pictures that are handed over, and stand where addresses do.
    """

    images: int = 0
    is_film: bool = False
    is_window: bool = False
    is_niji: bool = False
    default_version: str = ""
    handed: frozenset[str] = frozenset()


class Case(NamedTuple):
    """One prompt that is looked at, in its parts."""

    text: str
    prompt: Prompt
    written: tuple[Written, ...]
    there: dict[str, Written]
    version: str
    is_stated: bool
    place: Place
    table: ParameterTable

    @property
    def words_start(self) -> int:
        """Where the words begin: they are what is left in front of the parameters."""
        return len(self.text[: parameters_start(self.text)].rstrip()) - len(self.prompt.text)

    @property
    def version_words(self) -> str:
        """How the version is called in sentences."""
        if self.is_stated:
            return told("version {version}", version=self.version)
        usual = "version {version}, which holds where no version is written"
        return told(usual, version=self.version)


def version_in_force(prompt: Prompt, place: Place, table: ParameterTable) -> tuple[str, bool]:
    """Return the key of the version that draws ("" for an unknown one), and whether it is told."""
    # Of a parameter that is repeated, the last counts.
    written = {table.long_name(name): value for name, value in prompt.parameters}
    niji, version = written.get("niji"), written.get("version")
    if niji is not None:
        key = f"niji{niji or table.default_niji}"
        # --niji alone is no stated version: it moves with each new one.
        return (key if key in table.versions else "", bool(niji))
    if version is not None:
        key = version.removesuffix(".0")
        return (key if key in table.versions else "", True)
    for name in ("test", "testp"):
        if name in written:
            return (name, True)
    # The bot decides before the account's usual version does.
    if place.is_niji:
        return (f"niji{table.default_niji}", False)
    return (place.default_version or table.default_version, False)
