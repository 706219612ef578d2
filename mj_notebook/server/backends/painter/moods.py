"""Words that steer colour, hour and manner of painting rather than the subject."""

from mj_notebook.server.backends.painter.colour import Colour, colour


def _words(table: str) -> dict[str, str]:
    """Return word → key from lines of `key: words`."""
    result = {}
    for line in table.strip().splitlines():
        key, words = line.split(":")
        for word in words.split():
            result[word.replace("_", " ")] = key.strip()
    return result


HOURS = _words("""
dawn: dawn sunrise morning daybreak early 黎明 日出 清晨
day: day noon midday daylight daytime afternoon sunny bright summer 白天 中午 夏
sunset: sunset sundown golden_hour evening warm 日落 夕阳 黄昏
dusk: dusk twilight blue_hour gloaming 暮
night: night midnight nocturnal nighttime moonlit moonlight starry nightfall dark darkness 夜 晚上
""")

MANNERS = _words("""
watercolor: watercolor watercolour aquarelle watercolors 水彩
ink: ink sumi sumi-e calligraphy woodcut linocut etching engraving lino 水墨 墨
neon: neon cyberpunk synthwave vaporwave retrowave glowing electric laser 霓虹 赛博朋克
noir: noir monochrome grayscale greyscale black-and-white black_and_white b&w 黑白
pastel: pastel kawaii 柔和
minimal: minimal minimalist minimalism zen 极简
vivid: vivid vibrant saturated colorful colourful psychedelic
vintage: vintage retro faded nostalgic antique sepia poster 复古
""")

MOODS = _words("""
autumn: autumn fall october november harvest 秋
snow: winter snow snowy frozen icy frost arctic christmas 雪 冬
spring: spring april may blossom 春
storm: storm stormy thunder dramatic gloomy tempest epic
mist: misty fog foggy haze hazy mist dreamy ethereal mysterious calm
""")

HUES: dict[str, Colour] = {
    word: colour(code)
    for code, words in {
        "d8352a": "red crimson scarlet ruby vermilion 红",
        "8d2036": "burgundy maroon wine",
        "ee7f2d": "orange tangerine amber rust coral 橙",
        "f3b72f": "yellow gold golden mustard saffron lemon 黄 金",
        "5f9e4a": "green olive lime moss 绿",
        "1f7a54": "emerald jade forest-green",
        "1f8f8f": "teal turquoise aqua cyan 青",
        "2f6fc4": "blue azure cobalt cerulean sapphire 蓝",
        "24386f": "navy indigo ultramarine",
        "7b4fb0": "purple violet lavender lilac amethyst 紫",
        "e0559a": "magenta fuchsia",
        "f0879f": "pink rosy salmon blush 粉",
        "8a5a3a": "brown chocolate bronze copper tan 棕",
        "efe6d2": "white ivory cream pale 白",
        "1d1d24": "black ebony jet 黑",
        "8b8f96": "grey gray silver 灰",
    }.items()
    for word in words.split()
}

_COLOURLESS_WORDS = """
white ivory cream pale black ebony jet grey gray silver 白 黑 灰
"""
COLOURLESS = frozenset(_COLOURLESS_WORDS.split())
"""Hues that colour a thing but don't turn a whole picture."""
