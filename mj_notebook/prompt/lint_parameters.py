"""What lint finds in the parameters of a prompt: each alone, and all of them together."""

from collections.abc import Iterator

from mj_notebook.prompt.findings import Found, told
from mj_notebook.prompt.lint_case import Case, Place
from mj_notebook.prompt.parameters import ParameterSpec, ParameterTable
from mj_notebook.prompt.parse import Written
from mj_notebook.prompt.reading import Reading
from mj_notebook.prompt.spelling import check_unknown
from mj_notebook.prompt.values import check_value


def check_parameters(case: Case) -> Iterator[Found]:
    """Find what is wrong with each parameter by itself."""
    seen: dict[str, Written] = {}
    for one in case.written:
        name, value = one.parameter
        yield from check_unknown(name, one.start, one.end, case.table)
        spec = case.table.spec(name)
        if spec is None:
            continue
        reading = Reading(
            spec,
            name,
            value,
            case.version,
            one.start,
            one.end,
            is_hd="hd" in case.there,
            handed=case.place.handed,
        )
        yield from check_value(reading)
        yield from _living(reading, case)
        if spec.name in seen:
            yield reading.found(
                "repeated",
                told("--{name} stands there more than once.", name=name),
                told("Write it once."),
            )
        # By the long name: --ar and --aspect are one parameter.
        seen[spec.name] = one


def _living(reading: Reading, case: Case) -> Iterator[Found]:
    """Find what is not for this version, this place or these days."""
    spec = reading.spec
    if spec.state == "deprecated":
        yield reading.found(
            "deprecated",
            told("{written} does nothing any more.", written=reading.written),
            spec.advice or told("Leave it out."),
        )
    if spec.window and not case.place.is_window:
        yield reading.found(
            "zoom-outside-window",
            told(
                "{written} belongs in the window of a Custom Zoom alone.", written=reading.written
            ),
            spec.instead,
        )
    if case.version and case.version in spec.unsure:
        yield reading.found(spec.unsure_rule, spec.unsure[case.version])
    elif case.version and spec.versions and case.version not in spec.versions:
        # The usual version moves, so only of a written one it is sure what is refused.
        is_refused = case.is_stated and case.version in spec.refused
        yield reading.found(
            "refused-by-version" if is_refused else "other-version",
            told(
                "{written} is refused by {version}.",
                written=reading.written,
                version=case.version_words,
            )
            if is_refused
            else told(
                "{written} is not known of {version}.",
                written=reading.written,
                version=case.version_words,
            ),
            _versions_advice(spec, case.table),
        )
    if spec.drifts:
        yield reading.found("not-reproducible", spec.drifts, told("Write --v 8.2."))
    if spec.note:
        yield reading.found("new-parameter", spec.note)
    if spec.needs and not _has(spec.needs, case):
        yield reading.found(*_missing_of(reading, spec))
    yield from _habits(reading, case)


def _versions_advice(spec: ParameterSpec, table: ParameterTable) -> str:
    takes = [version for version in table.versions if version in spec.versions]
    # Neither anime nor test models are offered as the way out: they draw otherwise.
    newest = next((one for one in reversed(takes) if not one.startswith(("niji", "test"))), "")
    return told("Version {newest} knows it: --v {newest}.", newest=newest) if newest else ""


def _has(needed: str, case: Case) -> bool:
    if needed == "image prompt":
        return bool(case.prompt.images or case.place.images)
    return needed in case.there or (needed == "video" and case.place.is_film)


def _missing_of(reading: Reading, spec: ParameterSpec) -> tuple[str, str, str]:
    what = told("a picture in front") if spec.needs == "image prompt" else f"--{spec.needs}"
    return (
        "missing-reference",
        told("{written} means nothing without {what}.", written=reading.written, what=what),
        spec.instead if spec.needs == "video" else "",
    )


def _habits(reading: Reading, case: Case) -> Iterator[Found]:
    """Find what is written rightly, and means something else than people think."""
    name, value = reading.spec.name, reading.value
    words = value.split()
    if name == "style" and value == "raw":
        yield reading.found("style-raw", told("--style raw is --raw today."), told("Write --raw."))
    elif name == "profile" and (not words or any(word[:1] in "pm" for word in words)):
        yield reading.found(
            "moving-target",
            told("A profile changes with time; its code does not."),
            told("Write the code."),
        )
    elif name == "sref" and "random" in value.lower().split():
        yield reading.found("moving-target", told("A random style is another one each time."))
    # Whole numbers only: others are told by their own rule.
    elif name == "exp" and words[:1] and words[0].isdecimal() and int(words[0]) > 25:
        if {"stylize", "profile"} & set(case.there):
            yield reading.found("strong-exp", told("--exp over 25 outweighs --s and --p."))
    # Sizes of pictures in other programs, where --w is the width.
    elif name == "weird" and value.isdecimal() and value in {"256", "512", "768", "1024", "2048"}:
        yield reading.found(
            "width-trap",
            told("--w is how weird it gets, and no width."),
            told("The shape is --ar."),
        )
    elif name == "repeat":
        # What can't be counted is not drawn one by one: the server would draw so many unasked.
        if words[1:]:
            yield reading.found(
                "not-a-number",
                told("{word} is no whole number.", word=value),
                told("Write it like {example}.", example=f"{reading.written} {words[0]}"),
            )
        yield _repeated(reading, case.place)


def _repeated(reading: Reading, place: Place) -> Found:
    if place.is_film or place.is_window:
        lost = told("A proxy loses the further jobs of --repeat, and they are paid.")
        return reading.found("repeat-lost", lost, told("Leave it out, and ask again."))
    return reading.found(
        "repeat-lost", told("Each of the jobs of --repeat is asked for by itself, and paid.")
    )


def check_conflicts(case: Case) -> Iterator[Found]:
    """Find two parameters that each make the other mean nothing."""
    for conflict in case.table.conflicts:
        if not conflict.names <= case.there.keys():
            continue  # as in most prompts
        first, second = (_conflicting(one, case) for one in conflict.of)
        if first and second:
            # What was written last is what the person just added.
            later = max(first, second, key=lambda one: one.start)
            names = [f"--{one.parameter.name}" for one in (first, second)]
            value = next((term.partition("=")[2] for term in conflict.of if "=" in term), "")
            second_name = f"{names[1]} {value}…".replace("4…", "4") if value else names[1]
            yield Found(
                conflict.rule,
                told("{one} and {other} don't go together.", one=names[0], other=second_name),
                told("Leave one out."),
                later.start,
                later.end,
            )


def _conflicting(term: str, case: Case) -> Written | None:
    name, _, value = term.partition("=")
    written = case.there.get(name)
    if written is None or not value:
        return written
    words = written.parameter.value.split()
    # Profiles are told by how their codes begin, everything else by its value.
    is_one = any(word.startswith(value) if name == "profile" else word == value for word in words)
    return written if is_one else None


def check_film(case: Case) -> Iterator[Found]:
    """Find what a film has no use for."""
    video = case.there.get("video")
    if video is None:
        return
    if not (case.prompt.images or case.place.images):
        yield Found(
            "video-picture",
            told("--video needs the address of its first picture in front."),
            told("Films are made by mj.video(…)."),
            video.start,
            video.end,
        )
    for name, one in case.there.items():
        if name not in case.table.with_video and case.table.spec(name) is not None:
            yield Found(
                "video-ignores",
                told("--video does not read --{name}.", name=one.parameter.name),
                told("Leave it out."),
                one.start,
                one.end,
            )
