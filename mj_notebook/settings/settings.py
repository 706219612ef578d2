"""Settings as one frozen value, and the type that keeps secrets; `readers` reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, NoReturn, get_args, get_origin

from mj_notebook.errors import SettingsError
from mj_notebook.language import gettext, marked, translated
from mj_notebook.language.misfits import names_checked
from mj_notebook.language.sentences import a_kind, refuse_half
from mj_notebook.protocol.vocabulary import BotType, ImageMode, Mode
from mj_notebook.settings.pricing import Costs, amount
from mj_notebook.settings.secret_forms import forms_of

if TYPE_CHECKING:
    from mj_notebook.settings.places import DatabaseAddress

# Shorter ones are parts of ordinary words: they would be found in everything.
MIN_SOUGHT_LENGTH = 6
# A shorter secret would blot out ordinary letters, and is no secret anyway.
_MIN_HIDDEN_LENGTH = 4
PAINTER = "painter"
"""The usual backend, a part of this package."""


class Secret:
    """
    A secret that shows itself to nobody: not in reprs, tracebacks, pickles or comparisons.

    Only the one place that sends it calls `reveal`.

    Attributes:
        host: Where alone it may be sent, with its port; "" as long as no address was named: it goes
            to the first one.
    """

    __slots__ = ("__text", "host")

    def __init__(self, text: str, host: str = "") -> None:
        self.__text, self.host = text, host

    def bound_to(self, host: str) -> "Secret":
        """Return it as that of *host*, unless it has a host already, or is none."""
        return Secret(self.__text, host) if self.__text and not self.host else self

    def belongs_to(self, host: str) -> bool:
        """Tell whether it may be sent to *host*."""
        return bool(self.__text) and self.host in {"", host}

    def reveal(self) -> str:
        """Return the text itself: for the header being sent, or to find it where it must not be."""
        return self.__text

    def occurs_in(self, content: bytes) -> bool:
        """
        Tell whether *content* holds it, however it is written (see `SecretForms`).

        A secret of less than six signs is not looked for: it stands everywhere.
        """
        return len(self.__text) >= MIN_SOUGHT_LENGTH and forms_of(self.__text).occur_in(content)

    def hide_in(self, answer: bytes) -> bytes:
        """
        Return *answer* without it, however it is written.

        One that might be an ordinary word or a number stays: to hide it would spoil the names and
        ids of an answer, and with them a task that was paid for.
        """
        # Letters alone may be a word, digits alone an id; both together, or signs, hardly ever.
        kinds = {(sign.isalpha(), sign.isdigit()) for sign in self.__text}
        is_rare = len(self.__text) >= MIN_SOUGHT_LENGTH and len(kinds) > 1
        return forms_of(self.__text).hide_in(answer) if is_rare else answer

    def hide_in_words(self, text: str) -> str:
        """Return *text*, which a person is to read and nothing depends on, without it."""
        if len(self.__text) < _MIN_HIDDEN_LENGTH:
            return text
        content = text.encode("utf-8", "surrogatepass")
        hidden = forms_of(self.__text).hide_in(content, "…".encode())
        return text if hidden == content else hidden.decode("utf-8", "replace")

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __repr__(self) -> str:
        return "Secret('…')" if self.__text else "Secret('')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.__text

    def __hash__(self) -> int:
        return hash(self.__text)

    def __reduce__(self) -> NoReturn:
        # Pickles go to disk and to other machines, and whoever holds one reads it.
        raise TypeError(translated("A secret is not written to files or sent to other processes."))


def _plain(value: object) -> object:
    """Return *value* as it is given: a word, not a member; a path's text."""
    return str(value) if isinstance(value, StrEnum | Path) else value


@dataclass(frozen=True, slots=True)
class Pacing:
    """
    How often the poller asks, in seconds.

    Attributes:
        first: The pauses after the first questions, one each.
        then: The pause after these, growing up to *slowest*.
        slowest: The longest pause.
        deadline: How long one job is followed before it is left alone (it can be taken up again).
        relaxed_deadline: The same for jobs in relax mode.
        trouble: The pause after a question that went wrong; it doubles with each one, up to 30
            times as long.
        late_parent: The pause before a press is sent once more that a server refused only because
            it had not heard yet that the parent is finished (one looks every 15 s).
        looks: The pauses before each look for a task whose submit got no answer.
        joining: How long a request is waited for that another kernel is sending, when it is the
            same as this one.
        pictures: The pauses before a finished picture that could not be had is fetched again.
        beside: The pause while a task's callbacks arrive; when none came for that long, the usual
            pauses are back.
        missing: How long a task is asked for that the server says it does not know, before it is
            believed to be lost: gateways answer with nothing while what is behind them is away.
    """

    first: tuple[float, ...] = (1.0, 1.0, 1.0, 2.0)
    then: float = 3.0
    slowest: float = 5.0
    deadline: float = 15 * 60
    relaxed_deadline: float = 45 * 60
    trouble: float = 1.0
    late_parent: float = 16.0
    looks: tuple[float, ...] = (0.0, 2.0, 5.0)
    joining: float = 20.0
    pictures: tuple[float, ...] = (1.0, 4.0, 10.0)
    beside: float = 20.0
    missing: float = 90.0


def _is_of(value: object, kind: Any) -> bool:
    """Tell whether *value* is what the annotation *kind* says; yes and no are no numbers."""
    if isinstance(kind, UnionType):
        return any(_is_of(value, one) for one in get_args(kind))
    # Before numbers: True is an int to Python.
    if isinstance(value, bool):
        return kind is bool
    plain = (int, float) if kind is float else get_origin(kind) or kind
    return isinstance(value, plain) and (
        not isinstance(value, tuple) or all(isinstance(one, get_args(kind)[0]) for one in value)
    )


_KIND_WORDS = {
    str: marked("a text"),
    bool: marked("True or False"),
    int: marked("a whole number"),
    float: marked("a number"),
}


def _kind_words(kind: Any) -> str:
    """Say what the annotation *kind* takes, as in "a text or None"."""
    if isinstance(kind, UnionType):
        return translated(" or ").join(map(_kind_words, get_args(kind)))
    if kind is NoneType:
        return "None"
    if kind in _KIND_WORDS:
        return translated(_KIND_WORDS[kind])
    return a_kind(get_origin(kind) or kind)


def _kind_of_store(value: object) -> Any:
    if value is None or isinstance(value, Path):
        return Path | None
    from mj_notebook.settings.places import DatabaseAddress  # which is read by way of secrets

    return DatabaseAddress


@names_checked
@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """
    Everything that can be set.

    Attributes:
        base_url: The proxy's address; None means the embedded demo server.
        secret: What the proxy asks for.
        bearer: Also send the secret as ``Authorization: Bearer`` (some gateways want it).
        mode: Speed, asked for through the path; None leaves it to the account.
        image_mode: How a gateway hands out picture addresses.
        image_hosts: Hosts and networks that pictures may come from besides those that are allowed
            anyway: public ones, and the proxy's own.
        image_base: A mirror for pictures of Discord's network, where that can't be reached.
        bot: Which bot draws.
        store: The folder that keeps history and pictures, or the address of a database that
            several people share; None means the usual place.
        store_secret: The password of that database, where its address has none.
        pictures: The address of a place that several machines share, where pictures are kept
            besides: ``s3://bucket/folder``, ``gs://``, ``az://`` or ``file:///shared/folder``.
        replay: Whether what was drawn already is shown again instead of drawn and paid for anew.
        backend: What draws behind the embedded server: ``painter`` for demo pictures, else an
            engine that you run (``openai``, ``a1111``, ``sdcpp``, ``comfy``, one of a package).
        backend_url: Where that engine answers; None for where such engines listen by themselves.
        backend_model: What the engine is to draw with; None leaves that to it.
        backend_secret: What the engine asks for.
        backend_workflow: A file that says what the engine does, for ComfyUI.
        demo_seconds: How long a grid takes on the demo server.
        demo_size: The side of a square grid of the demo server, in pixels, 64 to 4096; a smaller
            one is painted sooner, and makes smaller files.
        callback_url: An address that leads from the proxy to this machine; with one, each job
            asks the proxy to post its changes there, and is polled less often.
        callback_host: Where these are listened for.
        callback_port: The port of it; None for the port in *callback_url*.
        costs: What tasks cost, for budgets and `mj.spend`; see `Costs`.
        refunds: Whether a task that failed costs nothing, as with most proxies.
        budget: Credits that one person may spend in a day of UTC, by *costs*; None for no limit.
        notebook: What the notebook is called in `mj.spend`; None for what the front end says.
        user: Who asks, where several people have one history; None for the name of the login.
        rules: What lint is to find besides, or otherwise: a mapping, or a TOML file of the same
            names; see `mj_notebook.prompt.rules`.
        most_jobs: How many jobs one prompt may stand for (by ``{red, blue}`` or ``--repeat``) that
            are started at once; more are shown first, with a Run button.
        offline: A bundle that everything comes from; while it is set nobody is asked for anything.
        lang: The language of panels, buttons, causes and the doctor: ``en`` or ``zh``; None for
            the one that was chosen in JupyterLab, where it runs beside the kernel and has one of
            these, else English.

    Example:
        >>> settings = mj.current_settings()
        >>> settings.store
    """

    base_url: str | None = None
    secret: Secret = field(default_factory=lambda: Secret(""))
    bearer: bool = False
    mode: Mode | None = None
    image_mode: ImageMode | None = None
    image_hosts: tuple[str, ...] = ()
    image_base: str | None = None
    bot: BotType | None = None
    store: "Path | DatabaseAddress | None" = None
    store_secret: Secret = field(default_factory=lambda: Secret(""))
    pictures: str | None = None
    pacing: Pacing = field(default_factory=Pacing)
    backend: str = PAINTER
    backend_url: str | None = None
    backend_model: str | None = None
    backend_secret: Secret = field(default_factory=lambda: Secret(""))
    backend_workflow: Path | None = None
    demo_seconds: float = 8.0
    demo_size: int = 2048
    replay: bool = True
    callback_url: str | None = None
    callback_host: str = "127.0.0.1"
    callback_port: int | None = None
    costs: Costs = field(default_factory=Costs)
    refunds: bool = True
    budget: float | None = None
    notebook: str | None = None
    user: str | None = None
    rules: Mapping[str, Any] | None = None
    most_jobs: int = 4
    offline: Path | None = None
    lang: str | None = None

    def __post_init__(self) -> None:
        """
        Refuse a value of another kind, which would break something much later.

        Raises:
            SettingsError: It says which; never the value, which may be a secret.
        """
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, str):
                refuse_half(each.name, value)
            kind = _kind_of_store(value) if each.name == "store" else each.type
            if not _is_of(value, kind):
                raise SettingsError(
                    translated(
                        "The setting {each} can't be of the type {kind}.",
                        each=each.name,
                        kind=type(value).__name__,
                    ),
                    hint=translated(
                        "Give {kind_words}; mj.configure({each}=…) reads words too.",
                        kind_words=_kind_words(kind),
                        each=each.name,
                    ),
                )

    def __repr__(self) -> str:
        """Tell what differs from the usual settings: the rest is in the documentation."""
        usual = type(self)()
        told = (
            f"{each.name}={_plain(getattr(self, each.name))!r}"
            for each in fields(self)
            if getattr(self, each.name) != getattr(usual, each.name)
        )
        text = f"Settings({', '.join(told)})"
        for secret in self.secrets:  # one may be a part of an address
            text = secret.hide_in_words(text)
        return text

    @property
    def is_demo(self) -> bool:
        """Whether the embedded server answers."""
        return self.base_url is None

    @property
    def is_free(self) -> bool:
        """Whether what draws is a part of this package, and costs nothing."""
        return self.is_demo and self.backend == PAINTER

    @property
    def drawn_by(self) -> str:
        """Backend and model, which make another picture of the same words; "" for usual ones."""
        # A proxy draws what it draws; the painter's pictures are the usual ones.
        if self.is_free or not self.is_demo:
            return ""
        flow = self.backend_workflow.name if self.backend_workflow else ""
        return " ".join(filter(None, (self.backend, self.backend_model, flow)))

    def cost_words(self, cost: float) -> str:
        """Say what *cost*, counted in credits, comes to with what draws here."""
        if self.drawn_by:
            return f"0 credits, by {self.drawn_by}"
        credits_ = amount(cost)
        if not self.is_demo:
            return credits_
        return gettext("{credits} if it were no demo").format(credits=credits_)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All that must stand in no file."""
        database = self.database
        # The database's password may come from either setting, so both are looked for.
        own = (self.secret, self.backend_secret, self.store_secret)
        return own if database is None else (*own, database.password)

    @property
    def database(self) -> "DatabaseAddress | None":
        """The address of the database with its password, None where history is a file."""
        if self.store is None or isinstance(self.store, Path):
            return None
        given = self.store_secret if self.store_secret.belongs_to(self.store.host) else Secret("")
        return replace(self.store, password=self.store.password or given)


def data_folder(settings: Settings, *, here: Callable[[], Path]) -> Path:
    """
    Return where history lives: as set, else ``.mj`` *here* if it exists, else the user's.

    Of one in a database this holds what this machine keeps at hand: pictures, and the demo's own.
    """
    if isinstance(settings.store, Path):
        return settings.store
    local = here() / ".mj"
    if settings.store is None and local.is_dir():
        return local
    import platformdirs  # not needed before the first job

    own = Path(platformdirs.user_data_dir("mj_notebook", appauthor=False))
    return own if settings.store is None else own / "teams" / settings.store.short_name
