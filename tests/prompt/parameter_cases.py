"""What each row of the table takes, refuses and just takes, by version: data for `test_parameters`.

A case is what stands behind ``a kite``, with the rules that find something in it.
"""

from typing import NamedTuple

URL = "https://x.example/a.png"
Case = tuple[str, str]


class RowCases(NamedTuple):
    """Cases of one row; those of *right* are found nothing in."""

    right: tuple[str, ...]
    wrong: tuple[Case, ...]
    border: tuple[Case, ...]


CASES: dict[str, RowCases] = {
    "version": RowCases(
        ("--v 8.2", "--version 8.1", "--v 7", "--v 6.0", "--v 5.2", "--v 1"),
        (
            ("--v", "missing-value"),
            ("--v latest", "not-a-number"),
            ("--v 7 and more", "words-after"),
            ("--v 7 --niji 6", "two-of-a-kind"),
            ("--v 7 --v 7", "repeated"),
        ),
        (
            ("--v 8.0", "unknown-version"),
            ("--v 8", "unknown-version"),
            ("--v 9.1", "unknown-version"),
            ("--v 7.0", ""),
        ),
    ),
    "niji": RowCases(
        ("--niji 7", "--niji 4", "--niji 6"),
        (("--niji six", "not-a-number"), ("--niji 7 --v 7", "two-of-a-kind")),
        (
            ("--niji 8", "unknown-version"),
            ("--niji", "unknown-version"),
            ("--niji 3", "unknown-version"),
        ),
    ),
    "preview": RowCases(
        (), (("--preview please", "words-after"),), (("--preview", "not-reproducible"),)
    ),
    "aspect": RowCases(
        ("--ar 3:2", "--aspect 139:100", "--ar 100:1 --v 5", "--ar 3:2 --v 3"),
        (
            ("--ar", "missing-value"),
            ("--ar 16x9", "not-a-number"),
            ("--ar 0:0", "not-a-number"),
            ("--ar 0:1", "not-a-number"),
            ("--ar 1.39:1", "not-a-number"),
            ("--ar 3:2,", "not-a-number"),
            ("--ar -3:2", "not-a-number"),
            ("--ar=3:2", "glued"),
            ("--ar 3:2 ::2", "signs-after"),
            ("--ar wide", "not-a-number"),
        ),
        (
            ("--ar 14:1", ""),
            ("--ar 15:1", "extreme-ratio"),
            ("--ar 1:15 --v 6", "extreme-ratio"),
            ("--ar 4:1 --hd", ""),
            ("--ar 41:10 --hd", "extreme-ratio"),
            ("--ar 2:1 --v 4", ""),
            ("--ar 21:10 --v 4", "extreme-ratio"),
            ("--ar 2:1 --niji 4", ""),
            ("--ar 5:2 --v 3", ""),
            ("--ar 26:10 --v 3", "extreme-ratio"),
            ("--ar 3:2 --test", ""),
            ("--ar 16:10 --test", "extreme-ratio"),
        ),
    ),
    "chaos": RowCases(
        ("--c 50", "--chaos 5 --v 3"),
        (("--c", "missing-value"), ("--c much", "not-a-number"), ("--c 1.5", "not-a-number")),
        (("--c 0", ""), ("--c 100", ""), ("--c 101", "out-of-range"), ("--c -1", "out-of-range")),
    ),
    "stylize": RowCases(
        ("--s 250", "--stylize 1000 --v 4", "--s 50 --niji 5"),
        (
            ("--s 50%", "not-a-number"),
            ("--s", "missing-value"),
            ("--s 100 --niji 4", "other-version"),
        ),
        (
            ("--s 0", ""),
            ("--s 1000", ""),
            ("--s 1001", "out-of-range"),
            ("--s 625 --v 3", ""),
            ("--s 624 --v 3", "out-of-range"),
            ("--s 60000 --v 3", ""),
            ("--s 60001 --v 3", "out-of-range"),
            ("--s 1250 --test", ""),
            ("--s 5001 --test", "out-of-range"),
        ),
    ),
    "weird": RowCases(
        ("--w 250", "--weird 10 --v 5", "--w 7 --v 8.2"),
        (("--w very", "not-a-number"), ("--w 10 --v 4", "other-version")),
        (
            ("--w 0", ""),
            ("--w 3000", ""),
            ("--w 3001", "out-of-range"),
            ("--w 512", "width-trap"),
            ("--w 10 --niji 5", "other-version"),
        ),
    ),
    "exp": RowCases(
        ("--exp 10 --v 7", "--exp 25 --v 8.1"),
        (("--exp a --v 7", "not-a-number"), ("--exp 10 --v 6", "other-version")),
        (
            ("--exp 0 --v 7", ""),
            ("--exp 100 --v 7", ""),
            ("--exp 101 --v 7", "doubtful-number"),
            ("--exp 10 --v 8.2", "unconfirmed"),
            ("--exp 26 --s 10 --v 7", "strong-exp"),
            ("--exp 25 --s 10 --v 7", ""),
        ),
    ),
    "raw": RowCases(
        ("--raw", "--raw --v 5.1", "--raw --niji 6"),
        (("--raw yes", "words-after"),),
        (("--raw --v 5", "other-version"), ("--raw --v 5.2", "")),
    ),
    "style": RowCases(
        ("--style 4b --v 4", "--style cute --niji 5", "--style Xy2zab --v 5.2"),
        (("--style", "missing-words"), ("--style 4b scenic --v 4", "words-after")),
        (
            ("--style raw", "style-raw"),
            ("--style cute --v 6", "other-version"),
            ("--style 4a --v 5", "other-version"),
        ),
    ),
    "no": RowCases(
        ("--no t-shirt, red hat", "--no text --v 3"),
        (("--no", "missing-words"), ("--no a --no b", "repeated")),
        (("--no t-shirt --ar 3:2", ""), ("-no people", "hyphens")),
    ),
    "tile": RowCases(
        ("--tile", "--tile --v 3", "--tile --niji 5"),
        (("--tile of stone", "words-after"), ("--tile --v 4", "other-version")),
        (
            ("--tile --niji 4", "other-version"),
            ("--tile --niji 6", "other-version"),
            ("--tile --test", "other-version"),
            ("--tile --v 5", ""),
        ),
    ),
    "seed": RowCases(
        ("--seed 7",),
        (
            ("--seed abc", "not-a-number"),
            ("--seed", "missing-value"),
            ("--seed 1.5", "not-a-number"),
        ),
        (
            ("--seed 0", ""),
            ("--seed 4294967295", ""),
            ("--seed 4294967296", "out-of-range"),
            ("--seed -1", "out-of-range"),
        ),
    ),
    "stop": RowCases(
        ("--stop 50 --v 6.1", "--stop 50 --niji 6", "--stop 90 --v 3"),
        (
            ("--stop 50 --v 7", "refused-by-version"),
            ("--stop 50 --niji 7", "refused-by-version"),
            ("--stop 50 --v 8.2", "refused-by-version"),
            ("--stop half --v 6", "not-a-number"),
        ),
        (
            ("--stop 10 --v 6", ""),
            ("--stop 100 --v 6", ""),
            ("--stop 9 --v 6", "out-of-range"),
            ("--stop 101 --v 6", "out-of-range"),
            # The account's own default may be an older one: this warns, and stops nothing.
            ("--stop 50", "other-version"),
        ),
    ),
    "quality": RowCases(
        ("--q 2 --v 7", "--quality .5 --v 6", "--q 0.25 --v 5", "--q 5 --v 3", "--q 1 --niji 5"),
        (("--q high --v 7", "not-a-number"), ("--q --v 7", "missing-value")),
        (
            ("--q 4 --v 7", ""),
            ("--q 0.5 --v 7", "unknown-value"),
            ("--q 4 --v 6.1", "unknown-value"),
            ("--q 2 --v 5.2", "unknown-value"),
            ("--q 1 --v 8.1", "unsure"),
            ("--q 1 --v 8.2", "unsure"),
            (f"--q 4 --oref {URL} --v 7", "conflict"),
            ("--q 1.0 --v 6", ""),
        ),
    ),
    "hd": RowCases(
        ("--hd", "--hd --v 8.1"),
        (("--hd --sd", "two-of-a-kind"), ("--hd now", "words-after")),
        (("--hd --v 7", "other-version"),),
    ),
    "sd": RowCases(
        ("--sd", "--sd --v 8.1"),
        (("--sd --hd", "two-of-a-kind"), ("--sd now", "words-after")),
        (("--sd --v 7", "other-version"),),
    ),
    "draft": RowCases(
        ("--draft --v 7",),
        (
            ("--draft one --v 7", "words-after"),
            (f"--draft --oref {URL} --v 7", "conflict"),
            ("--draft --v 6", "other-version"),
        ),
        (
            ("--draft --v 8.2", "unsure"),
            ("--draft --v 8.1", "unsure"),
            ("--draft --q 4 --v 7", "conflict"),
        ),
    ),
    "image prompt": RowCases(
        (),  # it stands in front: see `test_lint`
        (),
        (),
    ),
    "iw": RowCases(
        (),
        (("--iw 2", "missing-reference"), ("--iw much", "not-a-number")),
        (
            ("--iw 4", "doubtful-number"),
            ("--iw 2.5 --niji 7", "doubtful-number"),
            ("--iw 0.4 --v 5", "doubtful-number"),
            ("--iw 0.1 --niji 5", "doubtful-number"),
            ("--iw 1.25 --v 8.2", "unconfirmed"),
        ),
    ),
    "sref": RowCases(
        (f"--sref {URL}", f"--sref {URL}::2 1234 --v 6", "--sref 1234 --niji 6"),
        (
            ("--sref", "missing-words"),
            ("--sref ./a.png", "local-path"),
            ("--sref like van Gogh", "words-after"),
            (f"--sref {URL} --v 5.2", "other-version"),
        ),
        (
            ("--sref random", "moving-target"),
            ("--sref 1234 --niji 5", "other-version"),
            ("--sref 0", ""),
            ("--sref mystyle", "unknown-value"),
        ),
    ),
    "sw": RowCases(
        ("--sref 1234 --sw 50",),
        (("--sw 50", "missing-reference"), ("--sref 1 --sw x", "not-a-number")),
        (
            ("--sref 1 --sw 0", ""),
            ("--sref 1 --sw 1000", ""),
            ("--sref 1 --sw 1001", "out-of-range"),
            ("--sref 1 --sw 5 --p m123", "conflict"),
        ),
    ),
    "sv": RowCases(
        ("--sref 1234 --sv 6 --v 7", "--sref 1234 --sv 4 --v 6"),
        (("--sv 4", "missing-reference"), ("--sref 1 --sv", "missing-value")),
        (
            ("--sref 1 --sv 1 --v 7", ""),
            ("--sref 1 --sv 7 --v 7", "unknown-value"),
            ("--sref 1 --sv 0 --v 7", "unknown-value"),
            ("--sref 1 --sv 5 --v 6.1", "unknown-value"),
        ),
    ),
    "cref": RowCases(
        (f"--cref {URL} --v 6", f"--cref {URL} {URL} --v 6.1", f"--cref {URL} --niji 6"),
        (
            (f"--cref {URL} --v 7", "refused-by-version"),
            (f"--cref {URL} --v 8.2", "refused-by-version"),
            (f"--cref {URL} --niji 7", "refused-by-version"),
            ("--cref ~/a.png --v 6", "local-path"),
            ("--cref --v 6", "missing-words"),
        ),
        ((f"--cref {URL} --v 5", "other-version"), (f"--cref {URL}", "other-version")),
    ),
    "cw": RowCases(
        (f"--cref {URL} --cw 50 --v 6",),
        (("--cw 50 --v 6", "missing-reference"), (f"--cref {URL} --cw x --v 6", "not-a-number")),
        (
            (f"--cref {URL} --cw 0 --v 6", ""),
            (f"--cref {URL} --cw 100 --v 6", ""),
            (f"--cref {URL} --cw 101 --v 6", "out-of-range"),
        ),
    ),
    "oref": RowCases(
        (f"--oref {URL} --v 7",),
        (
            (f"--oref {URL} --v 8.1", "refused-by-version"),
            (f"--oref {URL} --v 8.2", "refused-by-version"),
            (f"--oref {URL} --v 6.1", "refused-by-version"),
            (f"--oref {URL} --niji 7", "refused-by-version"),
            ("--oref kite.jpg --v 7", "local-path"),
            ("--oref a friend --v 7", "words-after"),
        ),
        (
            (f"--oref {URL} {URL} --v 7", "too-many"),
            (f"--oref {URL} --fast --v 7", "conflict"),
            (f"--oref {URL}", "other-version"),
        ),
    ),
    "ow": RowCases(
        (f"--oref {URL} --ow 200 --v 7",),
        (("--ow 200 --v 7", "missing-reference"), (f"--oref {URL} --ow x --v 7", "not-a-number")),
        (
            (f"--oref {URL} --ow 1 --v 7", ""),
            (f"--oref {URL} --ow 1000 --v 7", ""),
            (f"--oref {URL} --ow 0 --v 7", "doubtful-number"),
            (f"--oref {URL} --ow 1001 --v 7", "doubtful-number"),
        ),
    ),
    "edit": RowCases(
        (),
        (
            ("--edit", "missing-words"),
            ("--edit a.png", "local-path"),
            (f"--edit {URL} --tile", "conflict"),
            (f"--edit {URL} --v 7", "other-version"),
        ),
        ((f"--edit {URL}", "new-parameter"), (f"--edit {' '.join([URL] * 5)}", "too-many")),
    ),
    "profile": RowCases(
        ("--p abc1234 --v 7", "--profile abc1234 xyz9876", "--p abc12 --niji 6"),
        (("--p ./mine", "local-path"), ("--p abc1 --v 5.2", "other-version")),
        (("--p", "moving-target"), ("--p p123", "moving-target"), ("--p m123", "moving-target")),
    ),
    "speed": RowCases(
        ("--fast", "--relax", "--turbo --v 7"),
        (
            ("--fast --relax", "two-of-a-kind"),
            ("--turbo --relax --v 7", "two-of-a-kind"),
            ("--fast --turbo --v 7", "two-of-a-kind"),
            ("--fast please", "words-after"),
        ),
        (("--turbo --v 8.2", "unsure"), ("--turbo --v 8.1", "unsure")),
    ),
    "visibility": RowCases(
        ("--stealth", "--public"),
        (("--stealth --public", "two-of-a-kind"), ("--public now", "words-after")),
        (("--stealth --stealth", "repeated"),),
    ),
    "repeat": RowCases(
        (),
        (
            ("--repeat often", "not-a-number"),
            ("--repeat 3 6", "not-a-number"),
            ("--r", "missing-value"),
            ("--r 41", "out-of-range"),
            ("--repeat 0", "out-of-range"),
            ("--repeat -3", "out-of-range"),
        ),
        (("--r 1", "repeat-lost"), ("--r 2", "repeat-lost"), ("--repeat 40", "repeat-lost")),
    ),
    "video": RowCases(
        (),
        (("--video now", "words-after"), ("--video --ar 3:2", "video-ignores")),
        (("--video", "video-picture"), ("--video --edit https://x", "conflict")),
    ),
    "motion": RowCases(
        (),
        (("--motion high", "missing-reference"), ("--video --motion", "missing-value")),
        (("--video --motion medium", "unknown-value"), ("--video --motion low", "video-picture")),
    ),
    "loop": RowCases(
        (),
        (("--loop", "missing-reference"), (f"--video --loop --end {URL}", "conflict")),
        (("--video --loop twice", "words-after"),),
    ),
    "end": RowCases(
        (),
        (
            (f"--end {URL}", "missing-reference"),
            ("--video --end", "missing-words"),
            ("--video --end last.png", "local-path"),
        ),
        ((f"--video --end {URL} {URL}", "too-many"),),
    ),
    "bs": RowCases(
        (),
        (("--bs 2", "missing-reference"), ("--video --bs", "missing-value")),
        (
            ("--video --bs 3", "unknown-value"),
            ("--video --bs 0", "unknown-value"),
            ("--video --bs 4", "video-picture"),
        ),
    ),
    "zoom": RowCases(
        (),
        (("--zoom 1.5", "zoom-outside-window"), ("--zoom far", "not-a-number")),
        (("--zoom 2.1", "doubtful-number"), ("--zoom 0.9", "doubtful-number")),
    ),
    "sameseed": RowCases(
        ("--sameseed 7 --v 3",),
        (("--sameseed x --v 3", "not-a-number"), ("--sameseed --v 3", "missing-value")),
        (
            ("--sameseed 7 --v 4", "other-version"),
            ("--sameseed 4294967296 --v 3", "doubtful-number"),
        ),
    ),
    "legacy flags": RowCases(
        ("--test", "--testp", "--test --creative", "--uplight --v 4"),
        (("--test this", "words-after"), ("--uplight --v 6", "other-version")),
        (("--creative --v 5", "other-version"), ("--creative --v 4", "")),
    ),
    "deprecated": RowCases(
        (),
        (
            ("--width 300", "deprecated"),
            ("--hq", "deprecated"),
            ("--h 300", "deprecated"),
            ("--vibe", "deprecated"),
        ),
        (("--height", "deprecated"),),
    ),
}
