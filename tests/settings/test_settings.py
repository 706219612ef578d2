"""Settings from environment and arguments, and the type that keeps secrets."""

import base64
import copy
import pickle
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mj_notebook.errors import MJError, SettingsError
from mj_notebook.protocol.vocabulary import BotType, ImageMode, Mode
from mj_notebook.settings.readers import bot_of, settings_from, with_changes
from mj_notebook.settings.settings import Pacing, Secret, Settings, data_folder


def test_an_empty_environment_means_the_demo() -> None:
    """Without a base URL the embedded server answers, and nothing else is set."""
    assert settings_from({}) == Settings()
    assert settings_from({"MJ_BASE_URL": "  "}).is_demo


def test_the_environment_is_read_word_by_word() -> None:
    """Every variable becomes what it means."""
    read = settings_from(
        {
            "MJ_BASE_URL": " https://proxy.example.com ",
            "MJ_API_SECRET": "sk-canary",
            "MJ_BEARER": "Yes",
            "MJ_MODE": "TURBO",
            "MJ_IMAGE_MODE": "relay",
            "MJ_STORE": "/some/where",
            "MJ_DEMO_SECONDS": "0.5",
            "MJ_DEMO_SIZE": "512",
            "MJ_CALLBACK_URL": " https://me.example.com/calls ",
            "MJ_CALLBACK_HOST": "0.0.0.0",
            "MJ_CALLBACK_PORT": "8765",
            "JPY_SESSION_NAME": "/home/me/kites.ipynb",
        }
    )
    assert read.notebook == "/home/me/kites.ipynb"
    assert read.base_url == "https://proxy.example.com"
    assert not read.is_demo
    assert read.secret == Secret("sk-canary")
    assert read.bearer
    assert (read.mode, read.image_mode) == (Mode.TURBO, ImageMode.RELAY)
    assert read.store == Path("/some/where")
    assert (read.demo_seconds, read.demo_size) == (0.5, 512)
    assert read.callback_url == "https://me.example.com/calls"
    assert (read.callback_host, read.callback_port) == ("0.0.0.0", 8765)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MJ_MODE", "warp", "fast, turbo, relax"),
        ("MJ_IMAGE_MODE", "fax", "relay, origin, proxy"),
        ("MJ_DEMO_SECONDS", "soon", "number of seconds"),
        ("MJ_DEMO_SECONDS", "nan", "number of seconds"),
        ("MJ_DEMO_SECONDS", "-1", "number of seconds"),
        ("MJ_DEMO_SIZE", "large", "no size of a picture"),
        ("MJ_DEMO_SIZE", "63", "64 to 4096 pixels"),
        ("MJ_DEMO_SIZE", "4097", "64 to 4096 pixels"),
        ("MJ_CALLBACK_PORT", "http", "no port"),
        ("MJ_CALLBACK_PORT", "65536", "no port"),
    ],
)
def test_a_wrong_word_names_the_right_ones(name: str, value: str, said: str) -> None:
    """The sentence holds what was written and what can be written."""
    with pytest.raises(SettingsError) as raised:
        settings_from({name: value})
    assert said in str(raised.value)
    assert value in str(raised.value)


def test_changing_makes_a_new_value() -> None:
    """Settings are frozen; words and plain strings become what they mean."""
    before = Settings()
    after = with_changes(before, mode="fast", secret="sk-canary", bot="niji", store="x")
    assert before == Settings()
    assert after.mode is Mode.FAST
    assert after.secret.reveal() == "sk-canary"
    assert after.bot is BotType.NIJI_JOURNEY
    assert after.store == Path("x")
    assert with_changes(after, secret=None).secret == Secret("")
    assert with_changes(after, mode=None).mode is None
    assert with_changes(after, callback_host=None).callback_host == "127.0.0.1"


def test_an_unknown_setting_lists_the_known_ones() -> None:
    """A typing error in a name is told, not swallowed."""
    with pytest.raises(SettingsError, match="base_url") as raised:
        with_changes(Settings(), baseurl="x")
    assert "'baseurl'" in str(raised.value)


@pytest.mark.parametrize(
    ("word", "bot"),
    [
        ("mj", BotType.MID_JOURNEY),
        ("MID_JOURNEY", BotType.MID_JOURNEY),
        ("Niji-Journey", BotType.NIJI_JOURNEY),
        (" niji ", BotType.NIJI_JOURNEY),
    ],
)
def test_bots_have_everyday_names(word: str, bot: BotType) -> None:
    """People's words for the bots are known."""
    assert bot_of(word) is bot


def test_an_unknown_bot_is_refused() -> None:
    """The sentence names the known ones."""
    with pytest.raises(SettingsError, match="mj, niji"):
        bot_of("dalle")


def test_history_lives_where_it_is_set_else_beside_the_notebook(tmp_path: Path) -> None:
    """As set, else the project's own .mj folder when there is one, else the user's."""
    assert data_folder(with_changes(Settings(), store="/a"), here=lambda: tmp_path) == Path("/a")
    elsewhere = data_folder(Settings(), here=lambda: tmp_path)
    assert elsewhere.name == "mj_notebook"
    (tmp_path / ".mj").mkdir()
    assert data_folder(Settings(), here=lambda: tmp_path) == tmp_path / ".mj"


def test_a_hub_knows_who_asks_better_than_the_person_does() -> None:
    """Its own variable comes first."""
    told = {"MJ_USER": "ada", "JUPYTERHUB_USER": "bob"}
    assert settings_from(told).user == "bob"
    assert settings_from({"MJ_USER": "ada"}).user == "ada"


CANARY = "sk-canary-4711"


@pytest.mark.parametrize("show", [repr, str, "{}".format, lambda secret: f"{secret!r:>40}"])
def test_a_secret_shows_itself_to_nobody(show: Any) -> None:
    """No way of printing it, alone or inside the settings, gives it away."""
    assert CANARY not in show(Secret(CANARY))
    assert CANARY not in show(with_changes(Settings(), secret=CANARY))


def test_a_secret_is_not_written_to_files() -> None:
    """Pickling and copying to elsewhere are refused, alone and inside the settings."""
    for value in (Secret(CANARY), with_changes(Settings(), secret=CANARY)):
        with pytest.raises(TypeError, match="not written"):
            pickle.dumps(value)
        with pytest.raises(TypeError):
            copy.deepcopy(value)


def test_a_secret_is_compared_by_its_text() -> None:
    """Equal secrets are equal, and an empty one counts as none."""
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert hash(Secret("a")) == hash(Secret("a"))
    assert not Secret("")
    assert Secret("a")
    assert not hasattr(Secret("a"), "__dict__")


def test_errors_of_settings_are_ours() -> None:
    """A wrong setting is an error of the tree, so a notebook shows two lines."""
    assert issubclass(SettingsError, MJError)


def test_a_secret_that_is_no_text_is_not_repeated() -> None:
    """Bytes would be sent as they look in Python."""
    with pytest.raises(SettingsError, match="no text") as caught:
        with_changes(Settings(), secret=CANARY.encode())
    assert CANARY not in f"{caught.value!r}{caught.value}"


SECRET = "sk-canary-0123456789abcdef"


BETWEEN = (
    r"\u000a",
    r"\u200b",
    r"\\n",
    "&#10;",
    "&#x200B;",
    "&nbsp;",
    "<br>",
    '<span style="color: red">',
    "</b><i>",
    "\u200b",
    "\u00ad",
    "\ufeff",
    "\u009b31m",
    r"\u009b31m",
    "\x1b]8;;http://host/\x1b\\",
    "\x1b]0;title\x07",
    "\x00",
)


def _wrapped(text: bytes, before: int) -> bytes:
    return base64.encodebytes(b"x" * before + text + b"y" * 90)


@pytest.mark.parametrize("before", range(120))
def test_a_secret_in_wrapped_base64_is_found(before: int) -> None:
    """At each place that it may have before the line ends."""
    assert Secret(SECRET).occurs_in(_wrapped(SECRET.encode(), before))


@pytest.mark.parametrize(
    "content",
    [
        f'["{SECRET[:9]}", "{SECRET[9:]}"]',
        f'[\n  "{SECRET[:9]}\\n",\n  "{SECRET[9:]}"\n]',
        f"{SECRET[:5]}\x1b[31m{SECRET[5:]}\x1b[0m",
        f'"{SECRET[:5]}\\u001b[1;31m{SECRET[5:]}"',
        f"{SECRET[:12]}\r\n{SECRET[12:]}",
        *(f"{SECRET[:9]}{between}{SECRET[9:]}" for between in BETWEEN),
        f"GIF89a {SECRET}",
        f"GIF89a {SECRET[:9]}\n{SECRET[9:]}",
    ],
)
def test_a_secret_that_is_broken_up_is_found(content: str) -> None:
    """By items of a list, colours of a terminal and ends of lines."""
    assert Secret(SECRET).occurs_in(content.encode())
    assert not Secret("sk-nobody-0123456789abcdef").occurs_in(content.encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_url", 5),
        ("store", ""),
        ("store", 5),
        ("store", "~nouser_of_this_name/x"),
        ("store", "http://proxy.example:8080"),
        ("store", "file:/x"),
        ("store", "x" * 300),
        ("store", "a\ud800"),
        ("store", b"x"),
        ("offline", "https://x.org/kites.zip"),
        ("notebook", ["a"]),
        ("pacing", "quick"),
        ("pacing", {"slow": 10}),
        ("pacing", {"slowest": "10"}),
        ("pacing", {"slowest": -1}),
        ("pacing", {"first": [1, float("nan")]}),
        ("callback_port", 1.7),
        ("callback_port", True),
        ("demo_seconds", True),
        ("demo_seconds", "nan"),
        ("demo_size", True),
        ("demo_size", 512.5),
        ("bearer", "maybe"),
        ("replay", 2),
        ("refunds", []),
        ("image_hosts", "http://a/b"),
        ("image_base", "mirror"),
        ("mode", "warp"),
        ("offline", 5),
    ],
)
def test_a_value_that_makes_no_sense_is_one_sentence_that_names_its_setting(
    name: str, value: object
) -> None:
    """Nothing is changed, and what it takes is said."""
    with pytest.raises(SettingsError, match=f"setting {name}") as caught:
        with_changes(Settings(), **{name: value})
    assert caught.value.hint


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MJ_MODE", "warp"),
        ("MJ_DEMO_SECONDS", "abc"),
        ("MJ_CALLBACK_PORT", "x"),
        ("MJ_BEARER", "maybe"),
        ("MJ_REPLAY", "2"),
        ("MJ_IMAGE_BASE", "zz"),
    ],
)
def test_a_variable_that_makes_no_sense_is_named(variable: str, value: str) -> None:
    """The person looks for the name that they wrote."""
    with pytest.raises(SettingsError, match=f"variable {variable}"):
        settings_from({variable: value})


@pytest.mark.parametrize(
    ("word", "meant"),
    [("no", False), ("OFF", False), ("0", False), ("yes", True), (1, True), (False, False)],
)
def test_yes_and_no_mean_the_same_wherever_they_stand(word: object, *, meant: bool) -> None:
    """As an argument and in the environment."""
    for name, variable in (("bearer", "MJ_BEARER"), ("replay", "MJ_REPLAY")):
        assert getattr(with_changes(Settings(), **{name: word}), name) is meant
        assert getattr(settings_from({variable: str(word)}), name) is meant


def test_rules_are_a_mapping_or_a_file(tmp_path: Path) -> None:
    """Both mean the same; the environment names a file."""
    path = tmp_path / "rules.toml"
    path.write_text('[rules]\nrepeated = "off"\n', "utf-8")
    wanted = {"rules": {"repeated": "off"}}
    assert with_changes(Settings(), rules=wanted).rules == wanted
    assert with_changes(Settings(), rules=path).rules == wanted
    assert settings_from({"MJ_RULES": str(path)}).rules == wanted
    assert with_changes(Settings(rules=wanted), rules=None).rules is None


@pytest.mark.parametrize("content", [None, "[rules", "\0"])
def test_rules_that_can_not_be_read_are_named(tmp_path: Path, content: str | None) -> None:
    """The person looks for the file that they wrote."""
    path = tmp_path / "rules.toml"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=r"rules\.toml can't be read"):
        with_changes(Settings(), rules=str(path))
    for nameless in ("/", "."):
        with pytest.raises(SettingsError, match=f"rules in {re.escape(nameless)} can't be read"):
            with_changes(Settings(), rules=nameless)


def test_settings_show_what_was_changed() -> None:
    """As the value of a cell they are one line, not all that there is."""
    assert repr(Settings()) == "Settings()"
    assert repr(with_changes(Settings(), demo_seconds=3)) == "Settings(demo_seconds=3.0)"
    made = with_changes(Settings(), mode="fast", store="kept")
    assert repr(made) == f"Settings(mode='fast', store='{made.store}')"


def test_a_secret_that_is_a_part_of_an_address_is_not_shown() -> None:
    """Some proxies have it in their path, and a cell that ends with settings is saved."""
    made = with_changes(
        Settings(), base_url="http://h.example/sk-9f8e7d6c/mj", secret="sk-9f8e7d6c"
    )
    assert "http://h.example/…/mj" in repr(made)
    assert "9f8e7d6c" not in repr(made)


def test_what_something_cost_is_said_as_it_is_paid() -> None:
    """By a proxy in credits; neither the demo nor an engine takes any."""
    assert with_changes(Settings(), base_url="http://127.0.0.1:9").cost_words(2) == "2 credits"
    assert Settings().cost_words(2) == "2 credits if it were no demo"
    engine = with_changes(Settings(), backend="a1111", backend_model="xl")
    assert engine.cost_words(2) == "0 credits, by a1111 xl"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("base_url", 5),
        ("secret", CANARY),
        ("bearer", "no"),
        ("mode", "fast"),
        ("image_hosts", ["a.example"]),
        ("image_hosts", ("a.example", 3)),
        ("store", "kept"),
        ("pacing", None),
        ("demo_seconds", True),
        ("demo_seconds", None),
        ("rules", "rules.toml"),
        ("most_jobs", 1.5),
    ],
)
def test_settings_hold_only_what_they_say(name: str, wrong: object) -> None:
    """Else it would break at its use; words are read by `configure`, which the sentence names."""
    with pytest.raises(SettingsError, match=f"The setting {name} can't be of the type") as caught:
        Settings(**{name: wrong})  # type: ignore[arg-type]
    assert f"mj.configure({name}=…)" in caught.value.hint
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "takes"),
    [
        ("base_url", "Give a text or None;"),
        ("bearer", "Give True or False;"),
        ("budget", "Give a number or None;"),
        ("mode", "Give a Mode or None;"),
        ("secret", "Give a Secret;"),
        ("offline", "Give a Path or None;"),
    ],
)
def test_what_a_setting_takes_is_said(name: str, takes: str) -> None:
    """In words, by its annotation."""
    with pytest.raises(SettingsError, match=takes):
        Settings(**{name: b"x"})  # type: ignore[arg-type]


def test_each_setting_that_can_be_read_can_be_held() -> None:
    """A whole number is a number, and an address of a database is a place for history."""
    place = with_changes(Settings(), store="postgresql://kites@db.example/kites").store
    assert Settings(store=place).store == place
    assert Settings(demo_seconds=2, store=Path("kept"), rules={}).rules == {}


def test_a_pacing_is_given_by_names() -> None:
    """What is not named stays usual; a list of pauses is one."""
    pacing = with_changes(Settings(), pacing={"slowest": 10, "first": [1, 2]}).pacing
    assert pacing == replace(Pacing(), slowest=10, first=(1, 2))


@pytest.mark.parametrize("name", ["bearer", "mode", "budget", "pacing", "bot", "costs"])
@pytest.mark.parametrize("key", ["sk-very-secret", "0f3Kc92mQx71bT5sVw88"])
def test_a_key_in_the_wrong_place_is_not_repeated(name: str, key: str) -> None:
    """Who reads the error may be somebody else; what else was given is told."""
    with pytest.raises(SettingsError) as caught:
        with_changes(Settings(), **{name: key})
    assert key not in str(caught.value)
    with pytest.raises(SettingsError, match="'fastest' is no mode"):
        with_changes(Settings(), mode="fastest")
