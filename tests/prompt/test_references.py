"""Where pictures of this machine stand in a prompt."""

import pytest

from mj_notebook.prompt.references import front_pictures, references


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kite --sref ./a.png b.png", ["./a.png", "b.png"]),
        ("kite --sref 'my a.png'::2 123", ["my a.png", "::2", "123"]),
        (r"kite --sref C:\Ann Lee\my pic.png 123 --v 7", [r"C:\Ann Lee\my pic.png", "123"]),
        (
            "kite --sref /a b/c.png /d e/f.png https://x.y/z.png",
            ["/a b/c.png", "/d e/f.png", "https://x.y/z.png"],
        ),
        ("kite --sref ./a 123 ./b.png", ["./a", "123", "./b.png"]),
        ("kite --sref ./my pic --v 7 x.png", ["./my", "pic"]),
        ("kite --no ./x y.png", []),
        ("/imagine prompt: kite.png", []),
    ],
)
def test_a_path_goes_to_the_ending_of_a_picture(text: str, words: list[str]) -> None:
    """Pasted paths may hold blanks; a code, an address or another path is no part of one."""
    assert [one.word for one in references(text)] == words


def test_pictures_stand_in_front_of_the_words() -> None:
    """Addresses among them stay where they are."""
    assert front_pictures("/home/ann lee/a.png https://x.y/z.png b.jpg a kite") == (
        ["/home/ann lee/a.png", "b.jpg"],
        "https://x.y/z.png a kite",
    )
    assert front_pictures("a kite b.png") == ([], "a kite b.png")
