"""From what a person gives (words, pictures in any form, options) to the request that is sent."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypedDict, TypeVar, Unpack, cast
from urllib.parse import urlsplit

import msgspec

from mj_notebook.errors import PromptError, UsageError
from mj_notebook.images.data_urls import read_picture, size_of
from mj_notebook.images.displayed import is_picture
from mj_notebook.images.mask import mask_url
from mj_notebook.images.sources import Fetch
from mj_notebook.prompt.canonical import normalise, repair
from mj_notebook.prompt.findings import Finding
from mj_notebook.prompt.keywords import KEYWORDS, PromptParameters, unknown_keyword
from mj_notebook.prompt.lint import Checked, check_prompt
from mj_notebook.prompt.lint_case import Place
from mj_notebook.prompt.parse import Prompt
from mj_notebook.prompt.permutations import wanted_prompts
from mj_notebook.prompt.references import front_pictures, is_local_picture, takes_pictures
from mj_notebook.prompt.rules import RuleBook
from mj_notebook.protocol import requests
from mj_notebook.protocol.requests import AccountFilter, Request
from mj_notebook.protocol.vocabulary import BotType, Dimensions, Mode
from mj_notebook.session.references import HandedOver, stem_of
from mj_notebook.session.submission import Submission
from mj_notebook.settings.argument_types import check_values
from mj_notebook.settings.paths import unquoted
from mj_notebook.settings.readers import bot_of, mode_of

_NONE: Mapping[str, Any] = MappingProxyType({})
FEWEST_BLENDED, MOST_BLENDED = 2, 5
_MOTIONS = ("low", "high")
_BATCHES = (1, 2, 4)
_OF_FILMS = ("end", "motion", "loop", "batch", "height", "extend", "number")
# What the sizes of films are called on the wire (protocol/README.md §1.11).
_FILMS = {480: "vid_1.1_i2v_480", 720: "vid_1.1_i2v_720"}


class CommonOptions(TypedDict, total=False):
    """
    What every request may carry.

    Attributes:
        bot: "mj" or "niji".
        mode: "fast", "turbo" or "relax".
        state: A word of one's own that the proxy echoes in the task.
        notify: An address the proxy should call on each change.
        accounts: Which of the proxy's accounts may take it: an `AccountFilter`, or its fields.
        fresh: Draw it, and pay for it, even though it was drawn already.
        force: Send a prompt in which lint found errors, as it is.
        repeat: 0 for the usual picture; 1, 2, … for each one wanted beside it.
    """

    bot: str | BotType | None
    mode: str | Mode | None
    state: str | None
    notify: str | None
    accounts: AccountFilter | Mapping[str, Any] | None
    fresh: bool
    force: bool
    repeat: int


class ImagineOptions(CommonOptions, PromptParameters, total=False):
    """What an imagine may carry: `CommonOptions`, and parameters of the prompt by keyword."""


_COMMON_KINDS = {
    "state": str | None,
    "notify": str | None,
    "fresh": bool,
    "force": bool,
    "repeat": int,
}
COMMON = tuple(CommonOptions.__annotations__)
"""The names of the options that every request may carry."""


class RequestBuilder:
    """
    Makes requests; `CommonOptions` lists the options that all of its methods take.

    Args:
        bot: The usual bot, None for the proxy's own.
        fetch: Returns the bytes at an address, for pictures that are given as links.
        rules: What prompts are looked at by, None for the rules of this package.
        default_version: What draws without ``--v`` and never moves, "" for what the rules say.
    """

    def __init__(
        self,
        bot: BotType | None,
        fetch: Fetch,
        rules: RuleBook | None = None,
        *,
        default_version: str = "",
    ) -> None:
        self._bot, self._fetch, self._rules = bot, fetch, rules
        self._anywhere = Place(default_version=default_version)
        self._remarks: list[str] = []
        self._findings: tuple[Finding, ...] = ()
        self._handed = HandedOver(self._picture)

    def hand_over(self, picture: object, called: str = "") -> str:
        """
        Return the word that stands for *picture* in the next prompt, behind ``--sref`` say.

        Raises:
            UsageError: It can't be read.
        """
        return self._handed.add(picture, called)

    def imagine(
        self, prompt: str, images: Sequence[object] | None = (), **options: Unpack[ImagineOptions]
    ) -> Submission:
        """Draw a grid of four; *images* are reference pictures."""
        parameters, common = _parted(options)
        return self._imagine(prompt, self._pictures(images), parameters, common)

    def imagines(
        self, prompt: str, images: Sequence[object] | None = (), **options: Unpack[ImagineOptions]
    ) -> list[Submission]:
        """
        Draw a grid of four for each prompt that ``{red, blue}`` and ``--repeat`` stand for.

        A server loses the further jobs of both, so each is asked for by itself.
        """
        parameters, common = _parted(options)
        pictures = self._pictures(images)
        whole = repair(_text(prompt))
        text = whole.text
        if parameters:
            parameters = self._handed_over(parameters)
            text = str(Prompt.parse(text).with_(**parameters))
        wanted = wanted_prompts(text)
        if len(wanted) == 1 and wanted[0].prompt == text:
            return [self._imagine(prompt, pictures, parameters, common)]
        handed, first, made = self._handed, common.get("repeat", 0), []
        for each in wanted:
            self._handed = handed  # what was handed over for one is there for all
            one = self._imagine(
                each.prompt, pictures, {}, {**common, "repeat": first + each.repeat}
            )
            made.append(one)
        return made

    def _pictures(self, images: object) -> tuple[str, ...]:
        return tuple(map(self._picture, listed_pictures(images)))

    def _imagine(
        self,
        prompt: str,
        pictures: tuple[str, ...],
        parameters: Mapping[str, Any],
        common: Mapping[str, Any],
    ) -> Submission:
        front, words = front_pictures(_text(prompt))
        if front:
            try:
                pictures += tuple(map(self._picture, front))
                prompt = words
            except UsageError:  # a word may look like a picture, and is sent when it must be
                if not common.get("force"):
                    raise
        place = self._anywhere._replace(images=len(pictures), is_niji=self._is_niji(common))
        words = self._words(
            prompt, place, self._handed_over(parameters), is_forced=bool(common.get("force"))
        )
        request = requests.Imagine(prompt=words, base64_array=pictures)
        return self._submission(request, cast("CommonOptions", common), "images")

    def blend(
        self,
        pictures: Sequence[object],
        dimensions: str | None = None,
        **common: Unpack[CommonOptions],
    ) -> Submission:
        """Mix two to five *pictures*; *dimensions* are PORTRAIT, SQUARE or LANDSCAPE."""
        if not FEWEST_BLENDED <= len(pictures) <= MOST_BLENDED:
            raise UsageError(
                f"A blend takes {FEWEST_BLENDED} to {MOST_BLENDED} pictures, not {len(pictures)}.",
                hint="Give their paths, or pictures, one after the other.",
            )
        shape = dimensions_of(dimensions)
        urls = tuple(map(self._picture, pictures))
        request = requests.Blend(base64_array=urls, dimensions=shape)
        return self._submission(request, common, "dimensions")

    def describe(
        self,
        picture: object = None,
        link: str | None = None,
        language: str | None = None,
        **common: Unpack[CommonOptions],
    ) -> Submission:
        """Ask for four prompts that would make *picture*, or what is at *link*."""
        if (picture is None) == (link is None):
            raise UsageError(
                "A describe takes one picture.", hint="Give the picture itself, or link=…."
            )
        request = requests.Describe(
            base64=None if picture is None else self._picture(picture),
            link=link_of(link),
            language=language,
        )
        return self._submission(request, common, "link", "language")

    def shorten(self, prompt: str, **common: Unpack[CommonOptions]) -> Submission:
        """Ask which words of *prompt* matter."""
        return self._submission(requests.Shorten(prompt=self._words(prompt, None)), common)

    def swap_face(
        self, source: object, target: object, **common: Unpack[CommonOptions]
    ) -> Submission:
        """Put the face of *source* onto *target*."""
        face, picture = self._picture(source), self._picture(target)
        if face == picture:
            raise UsageError(
                "The two pictures are the same.", hint="Give the face first, then the target."
            )
        return self._submission(
            requests.SwapFace(source_base64=face, target_base64=picture), common
        )

    def upload(self, pictures: Sequence[object], **common: Unpack[CommonOptions]) -> Submission:
        """Hand *pictures* over to be used as links."""
        if not pictures:
            raise UsageError("There is no picture to upload.", hint="Give one or more.")
        urls = tuple(map(self._picture, pictures))
        return self._submission(requests.UploadPictures(base64_array=urls), common)

    def video(
        self,
        prompt: str = "",
        image: object = None,
        *,
        end: object = None,
        motion: str | None = None,
        loop: bool = False,
        batch: int | None = None,
        height: int | None = None,
        extend: tuple[str, int] | None = None,
        **common: Unpack[CommonOptions],
    ) -> Submission:
        """Make a short film from *image*, or go on with film *extend* (task, 1 to 4)."""
        if image is None and extend is None:
            raise UsageError(
                "A video needs its first picture.", hint="Give image=…, or extend=… of a video."
            )
        if loop and end is not None:
            raise UsageError("A loop ends as it begins.", hint="Give end=… or loop=True, not both.")
        task_id, number = extend or (None, 0)
        request = requests.Video(
            prompt=self._words(
                prompt,
                self._anywhere._replace(is_film=True, images=1),
                is_forced=bool(common.get("force")),
            ),
            image=None if image is None else self._picture(image),
            end_image=None if end is None else self._picture(end),
            motion=one_of(motion, _MOTIONS, "motion"),
            loop=loop,
            batch_size=one_of(batch, _BATCHES, "number of films"),
            video_type=_video_model(height),
            action="extend" if extend else None,
            task_id=task_id,
            index=_index(number) if extend else None,
            mode=_wire_mode(common),
        )
        return self._submission(request, common, *_OF_FILMS)

    def edit(
        self, image: object, prompt: str, mask: object = None, **common: Unpack[CommonOptions]
    ) -> Submission:
        """Change *image* as *prompt* says, where *mask* is white."""
        url = self._picture(image)
        place = self._anywhere._replace(images=1)
        words = self._words(prompt, place, is_forced=bool(common.get("force")))
        where = None if mask is None else mask_url(mask, size_of(url))
        request = requests.Edits(prompt=words, image=url, mask_base64=where)
        return self._submission(request, common, "mask")

    def check(
        self, prompt: str, images: int, bot: str | None, parameters: Mapping[str, Any]
    ) -> Checked:
        """Return *prompt* as an imagine would show it, and what lint finds in it."""
        front, prompt = front_pictures(_text(prompt))
        place = self._anywhere._replace(
            images=images + len(front), is_niji=self._is_niji({"bot": bot})
        )
        return self._checked(prompt, place, self._handed_over(parameters), keeps_unreadable=True)

    def _handed_over(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return *parameters* with words for the pictures among their values."""
        return {
            name: self._named(value) if takes_pictures(name) else value
            for name, value in parameters.items()
        }

    def _named(self, value: Any) -> Any:
        if isinstance(value, list | tuple | set | frozenset):
            return type(value)(map(self._named, value))
        is_path = isinstance(value, str) and is_local_picture(unquoted(value))
        if not is_path and not is_picture(value):
            return value
        path = os.fspath(value) if isinstance(value, str | os.PathLike) else ""
        return self._handed.add(value, stem_of(os.fsdecode(path)))

    def _checked(
        self,
        prompt: str,
        place: Place,
        parameters: Mapping[str, Any],
        *,
        keeps_unreadable: bool = False,
    ) -> Checked:
        """Look at *prompt*, with a name in the place of each picture of this machine."""
        named = self._handed.named_in(prompt, keeps_unreadable=keeps_unreadable)
        place = place._replace(handed=self._handed.names)
        checked = check_prompt(named, place, self._rules, parameters)
        # An odd dash may have kept a parameter from being seen.
        again = self._handed.named_in(checked.text, keeps_unreadable=keeps_unreadable)
        if again == checked.text:
            return checked
        return check_prompt(again, place._replace(handed=self._handed.names), self._rules)

    def _words(
        self,
        prompt: str,
        place: Place | None,
        parameters: Mapping[str, Any] = _NONE,
        *,
        is_forced: bool = False,
    ) -> str:
        """
        Check that *prompt* can be sent, and write it as servers find it again.

        What lint finds in it goes with the next submission.

        Args:
            prompt: As it was typed or pasted.
            place: Where it is used; None where parameters are not read.
            parameters: Others, in place of what it has.
            is_forced: Whether a picture that can't be read stays the word that it is.
        """
        if not _text(prompt).strip():
            raise PromptError("The prompt is empty.", hint="Write what should be drawn.")
        if not _is_sendable(prompt):
            raise PromptError(
                "The prompt holds half of a sign, which can't be sent.",
                hint="Write the sign again; emoji can break when they are cut.",
                prompt=prompt,
                position=next(at for at, sign in enumerate(prompt) if not _is_sendable(sign)),
            )
        if place is None:
            text = normalise(prompt)
            if not Prompt.parse(text).text:
                raise PromptError("There are no words to shorten.", hint="Write some.")
            return text
        checked = self._checked(prompt, place, parameters, keeps_unreadable=is_forced)
        if not checked.text:
            raise PromptError("The prompt is empty.", hint="Write what should be drawn.")
        self._findings = checked.findings
        return checked.text

    def _is_niji(self, common: Mapping[str, Any]) -> bool:
        word = common.get("bot")
        return (bot_of(word) if word else self._bot) is BotType.NIJI_JOURNEY

    def _picture(self, picture: object) -> str:
        given = read_picture(picture, fetch=self._fetch)
        if given.note:
            self._remarks.append(given.note)
        return given.url

    def _submission(self, request: Request, common: CommonOptions, *own: str) -> Submission:
        """Add what is *common* to *request*; *own* are the other options that it knows."""
        refuse_unknown(common, *own)
        check_values(_COMMON_KINDS, common)
        _refuse_useless(request, common)
        request = msgspec.structs.replace(
            request,
            state=common.get("state"),
            notify_hook=common.get("notify"),
            account_filter=filter_of(common.get("accounts")),
        )
        if "bot_type" in request.__struct_fields__:
            word = common.get("bot")
            request = msgspec.structs.replace(request, bot_type=bot_of(word) if word else self._bot)
        remarks, self._remarks = tuple(self._remarks), []
        findings, self._findings = self._findings, ()
        handed, self._handed = self._handed, HandedOver(self._picture)
        shown = ""
        if handed.names:
            shown = getattr(request, "prompt", "")
            request = msgspec.structs.replace(request, prompt=handed.tokens_in(shown))
        return Submission(
            request,
            prompt=shown,
            references=handed.references,
            mode=mode_of(common.get("mode")),
            remarks=remarks,
            findings=findings,
            force=common.get("force", False),
            fresh=common.get("fresh", False),
            repeat=common.get("repeat", 0),
        )


def _parted(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part *options* into the parameters of a prompt, and those that every request may carry."""
    parameters = {name: value for name, value in options.items() if name in KEYWORDS}
    common = {name: value for name, value in options.items() if name not in KEYWORDS}
    refuse_unknown(common, "images", *KEYWORDS)
    return parameters, common


def listed_pictures(given: object) -> list[object]:
    """Return reference pictures as a list; one alone is meant where no list is given."""
    if given is None:
        return []
    # A job is a list too, of its tiles, and means its picture here.
    is_list = isinstance(given, list | tuple | set | frozenset | Iterator)
    return list(given) if is_list else [given]  # type: ignore[call-overload]


def refuse_unknown(common: Iterable[str], *own: str) -> None:
    """
    Refuse what nobody would read: an option that is swallowed is one that is paid for.

    Args:
        common: The names that were given beside the options that a request knows.
        own: Those options, which may have been meant.
    """
    for name in common:
        if name not in COMMON:
            raise unknown_keyword(name, (*own, *COMMON))


# What nobody would read: an upload makes no task, and in these no prompt is looked at.
_USELESS: dict[type[Request], tuple[str, ...]] = {
    requests.UploadPictures: ("mode", "fresh", "repeat", "state", "notify", "force"),
    **dict.fromkeys(
        (requests.Blend, requests.Describe, requests.SwapFace, requests.Shorten), ("force",)
    ),
}


def _refuse_useless(request: Request, common: CommonOptions) -> None:
    """Refuse options that every request may carry but this one has no place for."""
    useless = _USELESS.get(type(request), ())
    if "bot_type" not in request.__struct_fields__:
        useless += ("bot",)
    for name in useless:
        if common.get(name):
            raise UsageError(
                f"{type(request).__name__} has no place for the option {name!r}.",
                hint="Leave it out: nobody would read it.",
            )


def _wire_mode(common: CommonOptions) -> str | None:
    """Return the speed as a film's request spells it, beside the prefix of the path."""
    mode = mode_of(common.get("mode"))
    return mode.upper() if mode else None


def _video_model(height: int | None) -> str | None:
    """Return what a film of *height* pixels is called."""
    if height is None:
        return None
    one_of(height, tuple(_FILMS), "height of a film")
    return _FILMS[height]


def _index(number: int) -> int:
    """Return how the wire counts film *number*: from 0."""
    one_of(number, (1, 2, 3, 4), "number of a film")
    return number - 1


def _text(prompt: object) -> str:
    if not isinstance(prompt, str):
        several = isinstance(prompt, Iterable)
        raise UsageError(
            f"The prompt can't be {type(prompt).__name__}: it is a text.",
            hint="Several prompts are a batch: mj.batch([…])." if several else "Give a text.",
        )
    return prompt


def _is_sendable(text: str) -> bool:
    """Tell whether *text* is whole: half of a surrogate pair has no bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


# -- what people write for an option --

T = TypeVar("T")


def one_of(value: T | None, known: Sequence[T], what: str) -> T | None:
    """Return *value* when it is *known* or None; else raise `UsageError`."""
    if value is None or value in known:
        return value
    listed = ", ".join(map(str, known))
    raise UsageError(f"{value!r} is no {what}.", hint=f"Known: {listed}.")


def dimensions_of(word: str | None) -> Dimensions | None:
    """Return the shape of a blend that *word* means, in any case."""
    if not word:
        return None
    name = word.strip().upper()
    one_of(name, tuple(Dimensions), "shape of a blend")
    return Dimensions(name)


def link_of(text: str | None) -> str | None:
    """Return *text* when it is the address of something on the web, or None."""
    if text is None:
        return None
    address = text.strip()
    try:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https"} and parts.hostname:
            return address
    except ValueError:
        pass
    raise UsageError(f"{text!r} is no link.", hint="A link begins with http:// or https://.")


def filter_of(accounts: AccountFilter | Mapping[str, Any] | None) -> AccountFilter | None:
    """
    Return which accounts are meant by *accounts*: a record, or its fields by name.

    Names are taken in our spelling and in the wire's ("instance_id", "instanceId").
    """
    if accounts is None or isinstance(accounts, AccountFilter):
        return accounts
    if not isinstance(accounts, Mapping):
        raise UsageError(
            f"Accounts are chosen by their properties, not by {accounts!r}.",
            hint='Give for instance accounts={"modes": ["FAST"]}.',
        )
    names = {field.name: field.encode_name for field in msgspec.structs.fields(AccountFilter)}
    wire = {names.get(name, name): value for name, value in accounts.items()}
    for name in wire:
        one_of(name, (*names.values(), *names), "property to choose accounts by")
    if "modes" in wire:
        wire["modes"] = _modes(wire["modes"])
    try:
        return msgspec.convert(wire, AccountFilter)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"These accounts can't be chosen: {error}.", hint=f"Known: {', '.join(names)}."
        ) from None


def _modes(value: object) -> list[str]:
    """Return the speeds as the wire spells them."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, Sequence):
        raise UsageError(f"{value!r} are no speeds.", hint=f"Known: {', '.join(Mode)}.")
    for word in words:
        one_of(str(word).lower(), tuple(Mode), "speed")
    return [str(word).upper() for word in words]
