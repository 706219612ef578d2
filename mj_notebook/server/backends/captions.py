"""Captions: the features of a picture, and four prompts that describe it; no pixels here."""

from collections.abc import Sequence

import msgspec

from mj_notebook.prompt.parse import Prompt


class ImageFeatures(msgspec.Struct, frozen=True, kw_only=True):
    """
    What was measured in a picture, as words of the tables below.

    Attributes:
        aspect: Width to height, ``3:2``.
        colours: Its main colours, the most common first.
        contrast: How far light and dark are apart.
        balance: Where its light lies.
        prompt: The prompt it was drawn from, where its metadata has it.
    """

    aspect: str
    colours: tuple[str, ...]
    light: str
    contrast: str
    balance: str
    detail: str
    prompt: str = ""

    def write(self) -> str:
        """Return it as a line of text, for the ledger."""
        return msgspec.json.encode(self).decode()


def read_features(text: str) -> ImageFeatures | None:
    """Return what `ImageFeatures.write` wrote; None for anything else."""
    # The line may be of another version, whose features these tables do not know.
    try:
        return msgspec.json.decode(text, type=ImageFeatures)
    except msgspec.DecodeError:
        return None


COLOURS = {
    # Chosen so that each name is what most people would say; the nearest in Lab wins.
    "black": ("0b0b0d", "黑色"),
    "charcoal": ("3a3c42", "炭灰色"),
    "grey": ("85888d", "灰色"),
    "silver": ("c3c6ca", "银色"),
    "white": ("fafafa", "白色"),
    "cream": ("f5e8cf", "米色"),
    "red": ("e02424", "红色"),
    "maroon": ("6e1a2b", "栗色"),
    "pink": ("f29ab5", "粉色"),
    "coral": ("f47c62", "珊瑚色"),
    "orange": ("ee8422", "橙色"),
    "brown": ("7d5134", "棕色"),
    "tan": ("c8a57a", "棕褐色"),
    "gold": ("e3b341", "金色"),
    "yellow": ("f6ea3a", "黄色"),
    "olive": ("7b7d35", "橄榄色"),
    "green": ("35a04a", "绿色"),
    "dark green": ("1c4a34", "深绿色"),
    "teal": ("1f7f86", "青色"),
    "turquoise": ("52c5c4", "绿松石色"),
    "sky blue": ("8dc3e6", "天蓝色"),
    "blue": ("2563d9", "蓝色"),
    "slate blue": ("56708f", "石板蓝色"),
    "navy": ("172350", "藏青色"),
    "purple": ("6d3aa4", "紫色"),
    "lilac": ("b9a3d6", "淡紫色"),
    "magenta": ("d5309c", "洋红色"),
}
"""Colour → how it looks, and its name in Chinese."""

_CHINESE = {
    **{name: chinese for name, (_, chinese) in COLOURS.items()},
    "very dark": "非常暗",
    "dark": "暗调",
    "softly lit": "柔和光线",
    "bright": "明亮",
    "very bright": "非常明亮",
    "hardly any contrast": "几乎没有对比",
    "gentle contrast": "柔和对比",
    "clear contrast": "清晰对比",
    "strong contrast": "强烈对比",
    "light from above": "上方较亮",
    "light from below": "下方较亮",
    "light from the left": "左侧较亮",
    "light from the right": "右侧较亮",
    "a bright centre": "中心明亮",
    "a dark centre": "中心较暗",
    "evenly spread light": "光线均匀",
    "plain surfaces": "平面色块",
    "large calm forms": "大而宁静的形状",
    "many forms": "丰富的形状",
    "fine detail": "细腻的细节",
    "a wide composition": "横幅构图",
    "a tall composition": "竖幅构图",
    "a square composition": "方形构图",
}

# Each in English and Chinese, with the subject before all else; four are taken.
_PATTERNS = (
    (
        "{subject}, in {colours}, {light}, {balance}, {detail}",
        "{subject}，{colours}，{light}，{balance}，{detail}",
    ),
    (
        "{subject}, {detail} with {contrast}, a palette of {colours}",
        "{subject}，{detail}，{contrast}，{colours}的色调",
    ),
    ("{subject}, {mostly}, {light}, {detail}", "{subject}，{mostly}，{light}，{detail}"),
    (
        "{subject}, {balance} and {contrast}, in {colours}",
        "{subject}，{balance}，{contrast}，{colours}",
    ),
    (
        "{subject}, {light}, {contrast}, {first} tones throughout",
        "{subject}，{light}，{contrast}，整体为{first}调",
    ),
    ("{subject}, {detail}, {balance}, {mostly}", "{subject}，{detail}，{balance}，{mostly}"),
    (
        "{subject}, a study in {colours} with {contrast}, {light}",
        "{subject}，{colours}的习作，{contrast}，{light}",
    ),
)
# How a picture's main colour is told, where it is the only one and where others follow.
_ALL, _MOSTLY = ("all in {0}", "全为{0}"), ("mostly {0} with {1}", "以{0}为主，带有{1}")
_CAPTIONS = 4


def captions_of(
    features: ImageFeatures, turn: int = 0, *, chinese: bool = False
) -> tuple[str, ...]:
    """Return four prompts for *features*; another *turn* uses other sentences."""
    words = _words(features, chinese=chinese)
    # A turn goes on where the last one ended, so that all sentences are used.
    first = turn * _CAPTIONS
    patterns = [_PATTERNS[(first + place) % len(_PATTERNS)] for place in range(_CAPTIONS)]
    return tuple(
        f"{pattern[chinese].format(**words)} --ar {features.aspect}" for pattern in patterns
    )


def _words(features: ImageFeatures, *, chinese: bool) -> dict[str, str]:
    def translated(word: str) -> str:
        return _CHINESE.get(word, word) if chinese else word

    # Parameters of the prompt are of the drawing, not of what is seen.
    subject = Prompt.parse(features.prompt).text
    # Words of the prompt are in one language, and stand in lines of that alone.
    if any(map(_is_chinese, subject)) is not chinese:
        subject = ""
    colours = [translated(name) for name in features.colours]
    mostly = _MOSTLY if len(colours) > 1 else _ALL
    return {
        "subject": subject or translated(_shape(features.aspect)),
        "colours": _enumerated(colours, chinese=chinese),
        "first": colours[0],
        "mostly": mostly[chinese].format(colours[0], _enumerated(colours[1:], chinese=chinese)),
        "light": translated(features.light),
        "contrast": translated(features.contrast),
        "balance": translated(features.balance),
        "detail": translated(features.detail),
    }


def _is_chinese(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _enumerated(words: Sequence[str], *, chinese: bool) -> str:
    """Return *words* as a list is spoken: commas, and one "and"."""
    *most, last = words or ("",)
    before = ("、" if chinese else ", ").join(most)
    return (before + ("和" if chinese else " and ") + last) if before else last


def _shape(aspect: str) -> str:
    width, height = map(int, aspect.split(":"))
    if width == height:
        return "a square composition"
    return "a wide composition" if width > height else "a tall composition"
