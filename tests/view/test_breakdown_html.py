"""The markup of breakdowns: whole, harmless, and readable by its tags alone."""

import re
from html.parser import HTMLParser

import pytest

from mj_notebook.images.thumbnails import preview, thumbnail, undecoded_preview
from mj_notebook.protocol.models import TaskProperties
from mj_notebook.protocol.vocabulary import TaskAction
from mj_notebook.view import panel
from mj_notebook.view.breakdown_html import breakdown_html, static_style_of
from mj_notebook.view.facts import Facts
from mj_notebook.view.task_view import task_view
from mj_notebook.view.twin import MIME, twin_bundle, twin_html
from tests.view.samples import ASKED_AT, encoded, facts, grid_picture, noise, task
from tests.view.test_html import HOSTILE, Tags
from tests.view.told import CHINESE, DESCRIBED, published, shorten, told, view_of

PICTURE = encoded(grid_picture(64))
_TAGS = {
    "figure",
    "figcaption",
    "div",
    "span",
    "p",
    "ol",
    "li",
    "strong",
    "s",
    "ins",
    "code",
    "pre",
    "table",
    "tbody",
    "tr",
    "th",
    "td",
    "img",
}


class Texts(HTMLParser):
    """Collects the text that stands in each kind of tag."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a text."""
        del attrs
        if tag != "img":
            self._open.append(tag)
            self.found.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        """End a text."""
        self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        """Collect it for every tag around it."""
        for tag in set(self._open):
            self.found[tag][-1] += data


def static(given: Facts) -> str:
    """Return the twin of a job."""
    return str(twin_html(task_view(given, ASKED_AT + 60)))


def live(given: Facts) -> str:
    """Return what the panel shows in the place of a picture."""
    return str(panel.picture_html(task_view(given, ASKED_AT + 60)))


def test_a_describe_reads_by_its_tags() -> None:
    """Without any style: a list in the order of the numbers, shared words strong, chips as code."""
    made = static(told(DESCRIBED, CHINESE))
    seen = Texts(re.sub(r' (?:style|class)="[^"]*"', "", made))
    assert len(seen.found["li"]) == 4
    assert seen.found["li"][2].startswith("A child's kite of the 90s--ar 3:2")
    assert seen.found["strong"][:2] == ["red", "kite"]
    assert seen.found["code"][:2] == ["--ar 3:2", "--v 7"]
    numbers = [attributes["value"] for tag, attributes in Tags(made).tags if tag == "li"]
    assert numbers == ["1", "2", "3", "4"]
    assert "金色沙丘上的红风筝" in seen.found["li"][0]


def test_a_shorten_reads_by_its_tags() -> None:
    """Without any style: kept words strong, dropped and lost ones struck, a list of options."""
    seen = Texts(static(published("published_shorten")))
    assert seen.found["strong"][:2] == ["appdash", "appdash"]
    assert seen.found["s"][:3] == ["style", "expert", "dadaistic"]
    assert len(seen.found["li"]) == 5
    assert "table" not in seen.found
    assert seen.found["li"][4].endswith("2 of 15 words")


def test_weights_are_a_table() -> None:
    """With details each weighed word is a row with its weight as a number and as a bar."""
    made = static(published("published_details"))
    seen = Texts(made)
    assert seen.found["th"][:3] == ["appdash", "appdash", "toonami"]
    assert seen.found["td"][::2][:3] == ["1.00", "0.79", "0.19"]
    assert "width:79%" in made
    assert "5 more weigh 0.02 or less." in made
    titles = [attributes.get("title") for _, attributes in Tags(made).tags]
    assert "weight 0.79" in titles


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("make", [static, live])
def test_hostile_words_stay_words(text: str, make: object) -> None:
    """Whatever a server puts anywhere into its answer, it makes no tag, handler or link."""
    assert callable(make)
    described = "\n\n".join(f"{n}️⃣ {text} [{text}](javascript:x) --ar 3:2" for n in range(1, 5))
    weighed = shorten(
        f"**{text}** (0.80) ~~{text}~~ {text} (0.30)",
        text,
        f"other {text}",
        bars=f"\n\n████████░░ {text}",
    )
    for given in (
        told(described, described.replace("4️⃣", "4️⃣ 红")),
        told(weighed, weighed.replace("other", "红"), "SHORTEN", prompt=text),
        told(text, text + "红", "SHORTEN", prompt=text),
        told(text, text + "红"),
    ):
        made = make(given)
        for tag, attributes in Tags(made).tags:
            assert tag in _TAGS
            assert not [name for name in attributes if name.startswith("on")]
            assert "href" not in attributes
        assert not re.search(r"<(script|svg|a)\b", made)


@pytest.mark.parametrize("make", [static, live])
def test_another_shape_is_shown_as_it_is(make: object) -> None:
    """A text without the grammar keeps its lines and spaces."""
    assert callable(make)
    seen = Texts(make(told("I can't\n   <b>say</b>.", action="SHORTEN")))
    assert seen.found["pre"] == ["I can't\n   <b>say</b>."]


def test_chinese_that_can_not_be_read_is_kept_with_it() -> None:
    """When neither follows the grammar, both are shown."""
    made = breakdown_html(view_of("I can't.", "我不能。"), static_style_of)
    assert Texts(made).found["pre"] == ["I can't.", "我不能。"]


def test_the_source_stands_before_the_cards() -> None:
    """The picture that was sent is shown small, as JPEG; the server's own copy comes first."""
    source = thumbnail(PICTURE)
    assert source is not None
    assert thumbnail(b"no picture") is None
    for given in (told(DESCRIBED, source=source), told(DESCRIBED, thumbnail=preview(PICTURE))):
        for made in (static(given), live(given)):
            (image,) = [found for tag, found in Tags(made).tags if tag == "img"]
            assert (image["src"] or "").startswith("data:image/jpeg;base64,")
            assert image["alt"] == "the picture that was described"
            assert image["width"] == "192"
            assert made.index("<img") < made.index("<ol")


def test_the_source_is_shown_while_the_server_reads() -> None:
    """Before the words are there, the panel shows what is being read, and no room for a grid."""
    running = facts(prompt="", source=thumbnail(PICTURE), kind=TaskAction.DESCRIBE)
    assert "<img" in live(running)
    assert "mj-blank" not in live(running)
    assert live(facts(prompt="a red kite", kind=TaskAction.SHORTEN)) == ""


def test_a_preview_is_no_source() -> None:
    """What a server serves on the way may be of any size: the small picture is shown instead."""
    source, served = thumbnail(PICTURE), undecoded_preview(encoded(noise(600)))
    running = told(DESCRIBED, thumbnail=served, is_preview=True, source=source)
    assert len(static(running)) < 20_000
    assert "<img" in static(running)


def test_nothing_is_said_to_be_drawn() -> None:
    """While the server reads, the words are of reading."""
    running = task(action="SHORTEN", status="IN_PROGRESS", progress="40%")
    assert task_view(facts(task=running), ASKED_AT).words == "reading"
    submitted = task(action="DESCRIBE", status="SUBMITTED")
    assert task_view(facts(task=submitted), ASKED_AT).words == "waiting for the answer"


def test_a_file_keeps_no_signatures() -> None:
    """Addresses in what was told are cut down before the twin is written, links kept whole."""
    answer = DESCRIBED.replace("soft light", "by [H](https://u:p@x.org/a?sig=canary), soft light")
    answer = answer.replace("A child's", "https://x.org/b?sig=canary child's")
    given = told(answer)
    made = twin_bundle(given, ASKED_AT + 60)
    assert "canary" not in str(made)
    assert "u:p@" not in str(made)
    assert "by H, soft" in Tags(made["text/html"]).text
    kept = made[MIME]["task"]["properties"]["finalPrompt"]
    assert "by [H](https://x.org/a), soft light --ar 3:2" in kept


def test_the_words_are_in_every_form_of_the_output() -> None:
    """Page, text and record of the twin hold the words that were told."""
    made = twin_bundle(told(DESCRIBED, CHINESE), ASKED_AT + 60)
    assert "2. Kite in the sky, golden dunes below --ar 3:2" in made["text/plain"]
    assert made[MIME]["task"]["properties"]["finalZhPrompt"] == CHINESE
    assert made["text/plain"].startswith("describe: done in 9 s")


def test_paper_gets_the_words() -> None:
    """Where only a picture or a text can be taken, the output offers the text."""
    made = twin_bundle(told(DESCRIBED, thumbnail=preview(PICTURE)), ASKED_AT + 60)
    assert set(made) == {"text/html", "text/plain", MIME}


@pytest.mark.parametrize(
    ("action", "properties"),
    [
        ("IMAGINE", TaskProperties(final_prompt=DESCRIBED)),
        ("DESCRIBE", None),
        ("DESCRIBE", TaskProperties(final_prompt=" ")),
    ],
)
def test_what_told_nothing_has_no_breakdown(action: str, properties: TaskProperties | None) -> None:
    """What draws has none, whatever its prompt says, and neither has an empty answer."""
    done = task(action=action, status="SUCCESS", properties=properties)
    assert task_view(facts(task=done, ended_at=ASKED_AT), ASKED_AT).breakdown is None


def test_each_number_finds_its_button() -> None:
    """The buttons of prompts carry the number of their card, so that it is outlined with them."""
    rows = task_view(published("plus_describe_success"), ASKED_AT).rows
    assert [button.tile for row in rows for button in row.buttons][:5] == [1, 2, 3, 4, 0]
    for number in range(1, 6):
        rule = f'.mj-tile-{number}:is(:hover, :focus-visible)) > .mj-picture li[value="{number}"]'
        assert rule in panel.sheet()
