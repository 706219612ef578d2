"""Steps as Python: it can be read by Python, names what can't be known, and tells no secrets."""

import ast

import pytest

from mj_notebook.protocol.buttons import BUTTON_KIND
from mj_notebook.view.code import RecipeAnswer, RecipeStep, format_recipe
from tests.view.samples import UUID


def press(key: str, number: int = 1, **fields: object) -> RecipeStep:
    """Return the press of a button."""
    return RecipeStep(key, custom_id=BUTTON_KIND[key].custom_id(UUID, number), **fields)  # type: ignore[arg-type]


def lines(*steps: RecipeStep) -> list[str]:
    """Return the code of *steps* without its beginning; Python can read it."""
    code = format_recipe(steps)
    ast.parse(code)
    first, empty, *rest = code.splitlines()
    assert (first, empty) == ("import mj_notebook as mj", "")
    return rest


IMAGINE = RecipeStep("imagine", "Imagine", {"prompt": "a red kite --ar 3:2"})


def test_presses_follow_each_other() -> None:
    """Each step is a line that goes on from the one before; buttons are called as they are read."""
    steps = (
        IMAGINE,
        RecipeStep("U2", custom_id=BUTTON_KIND["upscale"].custom_id(UUID, 2)),
        RecipeStep("pan left", custom_id=BUTTON_KIND["pan_left"].custom_id(UUID)),
        RecipeStep("U2", custom_id=BUTTON_KIND["upscale"].custom_id(UUID, 2)),
        RecipeStep("✨", custom_id="MJ::Future::sparkle"),
    )
    assert lines(*steps) == [
        'grid = mj.imagine("a red kite --ar 3:2").wait()',
        'u2 = grid.press("U2").wait()',
        'pan_left = u2.press("pan_left").wait()',
        'u2_2 = pan_left.press("U2").wait()',
        'step = u2_2.press("MJ::Future::sparkle").wait()',
    ]


def test_windows_are_answered() -> None:
    """What a window was answered with stands there; the mask itself can't, and that is said."""
    zoom = press("custom_zoom", answers=(RecipeAnswer({"prompt": "a kite --zoom 1.6"}),))
    region = press(
        "vary_region",
        answers=(RecipeAnswer({"prompt": "a boat", "maskBase64": "sha256:1f"}, force=True),),
    )
    first, remark, *made = lines(IMAGINE, zoom, region)[-4:]
    del first
    assert made[-2].endswith('.press("Custom Zoom").accepted().answer("a kite --zoom 1.6").wait()')
    assert made[-1].endswith('.accepted().answer("a boat", mask="mask.png", force=True).wait()')
    assert "mask" in lines(IMAGINE, region)[0]
    del remark


def test_a_window_that_waits_is_not_waited_for() -> None:
    """Nothing would come before it is answered, so that the cell would never end."""
    assert lines(IMAGINE, press("custom_zoom", is_waiting=True))[-1].endswith(
        '.press("Custom Zoom").accepted()'
    )
    forced = RecipeStep("imagine", "Imagine", {"prompt": "x --ar 1x1"}, force=True)
    assert lines(forced) == ['grid = mj.imagine("x --ar 1x1", force=True).wait()']


@pytest.mark.parametrize(
    ("step", "call"),
    [
        (
            RecipeStep(
                "blend", "Blend", {"base64Array": ["sha256:1", "sha256:2"], "dimensions": "SQUARE"}
            ),
            'mj.blend("picture-1.png", "picture-2.png", dimensions="SQUARE")',
        ),
        (
            RecipeStep(
                "imagine",
                "Imagine",
                {"prompt": "x", "base64Array": ["data:1"], "botType": "NIJI_JOURNEY"},
            ),
            'mj.imagine("x", images=["picture-2.png"], bot="niji")',
        ),
        (
            RecipeStep("describe", "Describe", {"link": "https://x.org/a.png"}),
            'mj.describe(link="https://x.org/a.png")',
        ),
        (
            RecipeStep("shorten", "Shorten", {"prompt": 'it\'s "x" it'}, mode="fast"),
            'mj.shorten("""it\'s "x" it""", mode="fast")',
        ),
        (
            RecipeStep(
                "edit", "Edits", {"image": "sha256:1", "prompt": "x", "maskBase64": "sha256:2"}
            ),
            'mj.edit("picture-1.png", "x", mask="picture-3.png")',
        ),
        (
            RecipeStep(
                "swap face", "SwapFace", {"sourceBase64": "sha256:1", "targetBase64": "sha256:2"}
            ),
            'mj.swap_face("picture-1.png", "picture-2.png")',
        ),
        (
            RecipeStep(
                "video",
                "Video",
                {
                    "prompt": "it rises",
                    "image": "https://x.org/a",
                    "loop": True,
                    "videoType": "vid_1.1_i2v_720",
                },
            ),
            'mj.video("it rises", "https://x.org/a", loop=True, height=720)',
        ),
        (RecipeStep("job", task_id="17"), 'mj.job("17")'),
    ],
    ids=lambda value: value.kind or "unknown" if isinstance(value, RecipeStep) else "",
)
def test_each_operation_is_a_call(step: RecipeStep, call: str) -> None:
    """Every first job is the public function that asks for it; pictures are to be put in."""
    made = lines(step)
    assert made[-1].endswith(f" = {call}.wait()")
    assert ("picture" in made[0] and made[0].startswith("#")) == ("picture-" in call)


def test_no_prompt_becomes_code() -> None:
    """Quotes, newlines and braces of a prompt stay text."""
    hostile = '"); import os; os.system("x") #\n{x} \\ \'\'\' """'
    tree = ast.parse(format_recipe([RecipeStep("imagine", "Imagine", {"prompt": hostile})]))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert texts == [hostile]


def test_addresses_lose_their_signatures() -> None:
    """A signature in a prompt's address is no part of code that is handed on; that is said."""
    code = format_recipe(
        [RecipeStep("imagine", "Imagine", {"prompt": "https://x.org/a.png?sig=canary a kite"})]
    )
    assert "canary" not in code
    assert "lost its signature" in code
