"""What was asked beside what was drawn: one line where they differ."""

import pytest

from mj_notebook.prompt.drawn import drawn_otherwise
from mj_notebook.prompt.parameters import parameter_table

NOW = parameter_table().default_version
CASES = [
    # What finished prompts are like, and no difference.
    ("a kite", f"a kite --v {NOW}", ""),
    ("a kite --v 7", "a kite --v 7.0", ""),
    ("a kite --s 100 --ar 1:1 --chaos 0 --fast --repeat 2", f"a kite --v {NOW}", ""),
    ("a kite --style raw --v 7", "a kite --raw --v 7.0", ""),
    ("a kite --ar 16:8 --v 7", "a kite --ar 2:1 --v 7.0", ""),
    ("a  kite — blue --v 7", "a kite -- blue --v 7.0", ""),
    ("https://x.org/a.png a kite --v 7", "<https://s.mj.run/abc> a kite --v 7.0", ""),
    ("a kite --sref https://x.org/a.png --v 7", "a kite --sref <https://s.mj.run/a> --v 7.0", ""),
    ("a kite --no Text, people --v 7", "a kite --no text, people --v 7.0", ""),
    ("a kite --niji", f"a kite --niji {parameter_table().default_niji}", ""),
    ("a kite", "", ""),
    # What differs.
    ("a kite --v 7", "a kite --v 8.1", "by version 8.1 instead of version 7"),
    ("a kite --v 7", "a kite --niji 7", "by niji 7 instead of version 7"),
    ("a kite --v 7", "a kite", "without its version, version 7"),
    ("a kite --tile --v 7", "a kite --v 7", "without --tile"),
    ("a kite --s 250 --v 7", "a kite --v 7", "without --s 250"),
    ("a kite --v 7", "a kite --v 7 --raw", "with --raw added"),
    ("a kite --s 250 --v 7", "a kite --s 50 --v 7", "--s 50 instead of 250"),
    ("a kite --sref random --v 7", "a kite --sref 1234 --v 7", "--sref random was 1234"),
    ("a kite --p --v 7", "a kite --profile abc --v 7", "--profile was abc"),
    ("一只风筝 --v 7", "a kite --v 7", "its words were translated, to “a kite”"),
    ("a kite --v 7", "a blue boat --v 7", "its words were changed, to “a blue boat”"),
]


@pytest.mark.parametrize(("asked", "observed", "told"), CASES)
def test_what_was_drawn_otherwise_is_one_line(asked: str, observed: str, told: str) -> None:
    """Defaults, links in another form and what finished prompts leave out are no difference."""
    line = drawn_otherwise(asked, observed)
    assert line == (f"Drawn otherwise than asked: {told}." if told else "")


def test_a_version_that_nobody_wrote_is_no_other_wish() -> None:
    """It is told apart from what was asked for, and only where it is not the usual one."""
    line = drawn_otherwise("a kite", "a kite --v 9 --tile")
    assert line == (
        f"No version was written: version 9 drew it, and version {NOW} is usual. "
        "Drawn otherwise than asked: with --tile added."
    )
    assert drawn_otherwise("a kite", "a kite --v 9", "9") == ""


def test_several_stand_in_one_line_and_the_usual_version_can_be_told() -> None:
    """Whatever a server writes stays short."""
    line = drawn_otherwise("a kite --tile", "a kite --v 7 --s 50", "7")
    assert line == "Drawn otherwise than asked: without --tile; with --s 50 added."
    assert len(drawn_otherwise("a kite", "b" * 10_000)) < 200


@pytest.mark.parametrize(
    ("asked", "sent", "observed", "told"),
    [
        ("一只风筝 --v 7", "a kite --v 7", "a kite --v 7.0", "translated, and sent as “a kite”"),
        ("一只风筝", "a kite", "", "translated, and sent as “a kite”"),
        ("a kite", "a boat --v 7", "a hut", "changed, and sent as “a boat”; drawn as “a hut”"),
        ("a kite", "another task's", "a kite", ""),
        ("a kite", "<https://x.org/a.png> a kite", "a kite", ""),
        ("a kite", "", "", ""),
    ],
)
def test_what_was_sent_on_is_told_beside_it(
    asked: str, sent: str, observed: str, told: str
) -> None:
    """A proxy that translates says what it sent, also where nothing is known of the end."""
    line = drawn_otherwise(asked, observed, sent=sent)
    assert line == (f"Drawn otherwise than asked: its words were {told}." if told else "")
