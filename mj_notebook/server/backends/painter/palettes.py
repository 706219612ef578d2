# ruff: noqa: E501 - one palette, one line
"""The palettes: colours chosen by hand to belong together, and the hour they belong to."""

from dataclasses import dataclass, replace

from mj_notebook.server.backends.painter.colour import (
    Colour,
    colour,
    lightness,
    mix,
    shifted,
    tinted,
)


@dataclass(frozen=True)
class Palette:
    """The colours of one picture."""

    name: str
    hours: frozenset[str]
    """Hours and moods it suits; words of `moods.py` and settings of `motif_table.py`."""

    sky: tuple[Colour, ...]
    """From the top of the sky down to the horizon."""

    land: tuple[Colour, ...]
    """From the farthest land to the nearest."""

    sun: Colour
    glow: Colour
    accent: Colour
    """The one colour that stands out: a kite, a roof, a sail."""

    ink: Colour
    """The darkest: what is nearest, and lettering."""

    @property
    def mist(self) -> Colour:
        """The air between things far away."""
        return mix(self.sky[-1], self.land[0], 0.3)

    @property
    def is_dark(self) -> bool:
        """Tell whether this is a palette of the night."""
        return lightness(self.sky[1]) < 0.42

    def in_hue(self, hue: Colour, amount: float) -> "Palette":
        """Return this palette moved towards *hue*, light and dark staying what they are."""
        return replace(
            self,
            sky=tuple(tinted(tone, hue, amount) for tone in self.sky),
            land=tuple(tinted(tone, hue, amount) for tone in self.land),
            glow=tinted(self.glow, hue, amount * 0.7),
            sun=tinted(self.sun, hue, amount * 0.3),
            ink=tinted(self.ink, hue, amount),
        )

    def adjusted(self, lift: float, chroma: float) -> "Palette":
        """Return this palette lighter by *lift* and *chroma* times as colourful."""

        def changed(tone: Colour) -> Colour:
            return shifted(tone, lift, chroma)

        return replace(
            self,
            sky=tuple(changed(tone) for tone in self.sky),
            land=tuple(changed(tone) for tone in self.land),
            glow=changed(self.glow),
            sun=changed(self.sun),
            accent=changed(self.accent),
            ink=changed(self.ink),
        )


def _palette(text: str) -> Palette:
    name, hours, sky, land, sun, glow, accent, ink = (part.strip() for part in text.split("|"))
    return Palette(
        name,
        frozenset(hours.split()),
        tuple(colour(tone) for tone in sky.split()),
        tuple(colour(tone) for tone in land.split()),
        colour(sun),
        colour(glow),
        colour(accent),
        colour(ink),
    )


# name | hours and moods | sky, top to horizon | land, far to near | sun | glow | accent | ink
_TABLE = """
peach   | dawn                | 7fa3b5 b5c3c4 f0cdb4 fbe6cc | c9b6b2 9089a0 596080 2b3654 | fff4dd | ffd7a0 | e2573a | 182038
rose    | dawn pastel         | 93a7c9 cfbdd0 f4c9c4 fce6d8 | d3b0bc a583a2 6b5c86 3a3460 | fff3e6 | ffc3ac | d9403f | 241f42
pearl   | dawn mist forest    | b3cbcf d8dfd6 f5ead2 fff4de | b5c6bf 82a09c 4a7175 24464e | fff8e6 | ffe5b5 | e87a3c | 142b33
lilac   | dawn sea lake       | 8fa2d4 b8b6e0 e6c8de fde3d4 | b9aed0 8584b4 545b93 2c3768 | fff0dc | ffd0b8 | ef6a4c | 1a2348
noon    | day sea lake        | 3a8bbf 74b6d6 b5dbe4 eef3e6 | a6cad2 6aa4a4 37796d 1a5046 | fffbe8 | fff3c4 | e4572e | 0f332f
summer  | day meadow hills    | 4fa3cf 98cde0 d3e9df fbf3d9 | b5d1b4 88b27a 548c52 2a5e3a | fffae0 | fff1bd | e94f37 | 153d2a
riviera | day sea city street | 2e7fbd 66aed9 a9d6e4 f5efda | d2c3a6 c59868 97624a 593a38 | fff8e1 | ffedc0 | d7402b | 33222a
sahara  | day dunes canyon    | 4d93b5 98c4c8 e3dcbc f9e6c0 | eccb96 df9f60 b96f40 7c4330 | fff6dd | ffe9b4 | d3352c | 47251f
fern    | day forest meadow   | a9cbbb cdddc0 ebeaca faf3d8 | abc5a6 709c80 3b6e5a 1b4339 | fffbe4 | fdf0b8 | e8603c | 0e2925
turquoise | day island sea    | 2fa4b8 6cc7cb b5e3d8 f7f3da | b9d9c4 7cb59e 3d8279 1d5159 | fffbe6 | fff2c2 | ff6b4a | 10343f
ember   | sunset              | 2b2a57 86406f e36a52 fbb860 | b3576b 75395f 43264f 211839 | ffe9b0 | ffb35a | ffd166 | 130f27
apricot | sunset hills sea    | 48698b b58b93 f1a672 fdda9b | ca8c7c 946170 59435f 2b2947 | fff0c4 | ffc477 | d93f2b | 191931
copper  | sunset dunes canyon | 27485e 7b7d77 dc9d5a f8d089 | c08b5a 8b5b41 583b37 2d242f | fff0c0 | ffc56d | c7361f | 1a1521
coral   | sunset sea city     | 33567b 6f5f82 c5708a f9b596 | ae6f84 77567c 47416b 25284d | ffe8c8 | ffb08a | ffd275 | 15183a
honey   | sunset meadow autumn forest | 8d6242 d18f44 f3c062 fce6a6 | d29b50 9d672f 633d28 35221d | fffae0 | ffe092 | b92d1d | 1e1315
flamingo | sunset dusk pastel | 4f5d9b a877b0 f0919b ffd0a0 | c98aa5 8f6798 5c4b85 332f5f | fff0cf | ffbe94 | d8365a | 1f1d45
violet  | dusk                | 1b2350 453f80 9a6aa2 e9a9a5 | 806c9f 564b84 332f63 191a41 | ffe6c8 | f7a98c | ffb14e | 0e0f2d
teal    | dusk lake sea       | 0f3048 1f5b6e 5f9c9a eccb9d | 629395 366b7b 1d485d 0e293f | ffeccb | f6c68b | f4a24c | 08192a
wine    | dusk city dunes     | 2a1b40 6a2f5e b6596b f2a37e | 98506e 693459 3f2247 20142f | ffe4bd | ffa873 | ffcf73 | 130b20
slateblue | dusk mountains    | 23365c 4c6690 93a4bd f0cfb6 | 7f93b3 536a93 304670 172646 | fff0da | f8cfa8 | f0803c | 0c1730
moonlit | night               | 0b1733 162b55 2d4c7c 6286ab | 4f7097 2d4a73 1a3056 0d1b37 | f8f3de | a9c6e6 | ffcf70 | 060e21
aurora  | night forest snow   | 071b2e 0d3c4a 1f6c69 6fb79e | 3f8583 215c66 123e4d 082532 | f4f6de | 9fe3c4 | ffd58a | 041521
indigo  | night space city    | 120f30 251e58 453783 8566aa | 5c4d90 3b336f 231f4f 121030 | fbeedb | b79be0 | ffb86b | 090820
petrol  | night sea lake      | 06212e 0c3a4c 1f5f72 6ea3a5 | 3d7684 21536a 12374d 081f30 | fdf4d7 | a5d6d6 | ff9d5c | 04121e
slate   | storm rain mist     | 27323d 4a5962 83908f c5c6b6 | 84908f 586970 36464f 1c2831 | f2ecd6 | d9d6c0 | e3a02f | 0f171d
moss    | storm rain forest   | 1e3033 3e5a59 7b9289 c3c7ae | 7f958d 51716c 304d4c 182d30 | f1ecd0 | d6dcbd | e8813a | 0c1b1e
frost   | snow day dawn mist  | 8fb0c9 bcd0dd e6e8e6 fbf1e4 | dde7ef b3c7da 7f98b8 4a6089 | fffaf0 | fff0d8 | d1403c | 24334f
icerose | snow dusk sunset    | 3c5081 8384ad d3abb7 f8d8c5 | dcd2df aaa6c7 70739d 41477a | fff0df | ffcdb4 | e0533f | 20264f
maple   | autumn day dawn     | 7fa6b0 c8ccb8 f2d69c fae6bd | dfa964 c46d37 8d402b 4b2427 | fff5da | ffe2a4 | b3261e | 29151c
russet  | autumn sunset dusk  | 41506e 9a8390 e5a06a fbd58f | c9824f a1512f 6b3029 371d27 | fff0c6 | ffc277 | e9b949 | 1c0f19
cosmos  | space night         | 04060f 0c1030 261f57 6c4591 | 4d4787 30306a 1c1d4a 0e0f2c | fff3da | c08fe6 | ff9e5e | 05060f
nebula  | space night         | 030a12 07222f 13505c 4f9a92 | 3d7a80 235562 123747 081f2d | fff6df | 7fdccb | ff7e5f | 02070d
lagoon  | deep day            | 8fe0d0 3fb0ba 1b7797 0c4468 | 4fb0b5 27839a 145a7c 0b3657 | f4fff0 | d8fbe4 | ff7d5a | 06243c
abyss   | deep night          | 3f9db0 1b6a8e 0f3f68 0a2145 | 2f7f9c 1b5a80 103c62 0a2344 | e8fbf2 | a5e8e6 | ffb45c | 05122a
neon    | neon night          | 0a0622 1f0c4a 64167f ec2b8f | 4a1f90 2b126b 190b4b 0c052c | ff6fae | ff33c8 | 19e3ff | 05021a
arcade  | neon night sunset   | 0c0b30 2f1168 a2238f ff7d5e | 6d2390 401a75 231055 10083a | ffd765 | ff8a5a | 2ff3e0 | 070424
ivory   | noir day dawn mist  | bdbbb5 d3d1ca e6e4dc f4f2ea | c6c4be 93928e 575756 262627 | ffffff | fbf9f2 | 1b1b1c | 121213
silver  | noir night dusk     | 17171a 3b3b3f 7b7b7d cfcdc6 | 8b8a88 5a5a5b 353537 1a1a1c | f7f5ee | d9d7d0 | f2f0e9 | 0c0c0e
candy   | pastel day dawn     | a9d3ea cfdcf2 f6d7e3 fff0d9 | cfd4e8 b3bade 949cca 6c72ab | fffbe9 | ffe6cf | ff8298 | 474c84
sorbet  | pastel sunset dusk  | a6b4e6 d6b9e4 fbc1c9 ffe2bd | d9b9d6 b49bcb 8b80bb 6062a0 | fff5da | ffd9b8 | ff7c70 | 42457c
"""

PALETTES = tuple(_palette(line) for line in _TABLE.strip().splitlines())
