"""The prompt as Midjourney will read it."""

import time

import pytest

from mj_notebook.prompt.canonical import normalise, repair


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("  a red\n\nkite \t high\u00a0up\u3000", "a red kite high up"),
        ("a red kite\u200b \ufeffhigh\x00", "a red kite high"),
        ("a kite —ar 16:9 –v 7 −−s 50", "a kite --ar 16:9 --v 7 --s 50"),
        ("一只风筝 ——ar １６：９ －－no 鸟，树", "一只风筝 --ar 16:9 --no 鸟,树"),
        ("a kite —-AR 2:3 -–tile", "a kite --AR 2:3 --tile"),
        ("风筝　－－ａｒ　１６：９ —ｖ ７", "风筝 --ar 16:9 --v 7"),
        ("kite —v 7 －ｔｉｌｅ", "kite --v 7 --tile"),
        ("sunset — warm light", "sunset -- warm light"),
        ("夕阳——温暖", "夕阳--温暖"),
        ("“SALE” and ＂half＂ price", '"SALE" and "half" price'),
        ("kite：：2 sky：：－１．５ sea：： x", "kite::2 sky::-1.5 sea:: x"),
        ("kite::２ sky", "kite::2 sky"),
        ("kite --ar 3：2， --no （clouds）", "kite --ar 3:2, --no (clouds)"),
        ("kite --sref https://x/：—.png —sw 5", "kite --sref https://x/：—.png --sw 5"),
    ],
)
def test_a_prompt_has_a_normal_form(prompt: str, text: str) -> None:
    """Spaces, dashes, quotes and full-width syntax become plain; twice is the same as once."""
    assert normalise(prompt) == text
    assert normalise(text) == text


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "a red kite --ar 16:9 --v 7",
        "1920–1930, well-known, non‑breaking, −5 °C, it’s ‘fine’",
        "你好，世界：《红》（大） --v 7",
        "a –b c -ar 1:1 ---ar",
        "风格：：水彩",
        "hot:: dog::-1 {a,b} 'x' \\ $y %z",
        "👩‍🚀 ❤️ नमस्ते می‌خواهم",
        "half \ud83d of a sign",
        "https://x/a.png?ex=1&hm=2& a kite",
        "https://x/a—b“：：2.png a kite",
    ],
)
def test_the_rest_stays_as_it_was(prompt: str) -> None:
    """Dashes between numbers, apostrophes, emoji and full-width signs in words are the words."""
    assert normalise(prompt) == prompt


def test_the_rules_work_on_one_prompt_together() -> None:
    """A prompt that wants all of them gets all of them."""
    prompt = "a  “kite” — —ar 3：2\n—v 7 kite：：2"
    assert normalise(prompt) == 'a "kite" -- --ar 3:2 --v 7 kite::2'


@pytest.mark.parametrize(
    ("pasted", "sent"),
    [
        ("一只红色的风筝，－－ar 16：9", "一只红色的风筝， --ar 16:9"),
        ("一只风筝——ar 16:9", "一只风筝 --ar 16:9"),
        ("kite——ar 3:2", "kite --ar 3:2"),
        ("kite\u200b--ar 3:2", "kite --ar 3:2"),
        ("kite\x00--v 7", "kite --v 7"),
        ("ki\u200bte --\u200bv 7", "kite --v 7"),
        ("/imagine prompt kite", "kite"),
    ],
)
def test_what_is_mended_before_a_parameter_stands_apart(pasted: str, sent: str) -> None:
    """Hyphens right behind a word would be drawn, and the parameter lost."""
    repaired = repair(pasted)
    assert repaired.text == sent
    assert repaired.notes
    assert repair(sent) == (sent, ())


@pytest.mark.parametrize("sign", ["1️⃣ ", "/imagine ", "> ", "http://a ", "amp;"])
def test_the_time_grows_with_the_length_alone(sign: str) -> None:
    """What is written many times round a prompt is not taken off in as many passes."""
    began = time.process_time()
    repair("&" + sign * 50_000 if sign == "amp;" else sign * 50_000)
    assert time.process_time() - began < 20
