"""From what a person gives (words, pictures in any form, options) to the request that is sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Unpack, cast

import msgspec

from mj_notebook.errors import PromptError, UsageError
from mj_notebook.images.data_urls import size_of
from mj_notebook.images.displayed import listed
from mj_notebook.images.mask import mask_url
from mj_notebook.images.sources import Fetch
from mj_notebook.language import translated
from mj_notebook.prompt.canonical import normalise, repair
from mj_notebook.prompt.keywords import KEYWORDS
from mj_notebook.prompt.lint import Checked
from mj_notebook.prompt.lint_case import Place
from mj_notebook.prompt.parameters import DEMO_VERSION
from mj_notebook.prompt.parse import Prompt
from mj_notebook.prompt.permutations import wanted_prompts
from mj_notebook.prompt.references import front_pictures
from mj_notebook.prompt.rules import RuleBook, rule_book
from mj_notebook.protocol import requests
from mj_notebook.protocol.requests import Request
from mj_notebook.protocol.vocabulary import BotType
from mj_notebook.session.request_options import (
    CommonOptions,
    ImagineOptions,
    dimensions_of,
    film_index,
    filter_of,
    link_of,
    meant_common,
    notify_of,
    one_of,
    refuse_unknown,
    refuse_useless,
    video_model,
    wire_mode,
)
from mj_notebook.session.request_words import RequestWords, prompt_text
from mj_notebook.session.submission import Submission, refuse_secrets
from mj_notebook.settings.readers import bot_of, is_unset, mode_of
from mj_notebook.settings.settings import Secret, Settings

FEWEST_BLENDED, MOST_BLENDED = 2, 5
_MOTIONS = ("low", "high")
_BATCHES = (1, 2, 4)
_OF_FILMS = ("end", "motion", "loop", "batch", "height", "extend", "number")


class RequestBuilder:
    """
    Makes requests; `CommonOptions` lists the options that all of its methods take.

    Args:
        bot: The usual bot, None for the proxy's own.
        fetch: Returns the bytes at an address, for pictures that are given as links.
        rules: What prompts are looked at by, None for the rules of this package.
        default_version: What draws without ``--v`` and never moves, "" for what the rules say.
        secrets: What must not be sent as words.
    """

    def __init__(
        self,
        bot: BotType | None,
        fetch: Fetch,
        rules: RuleBook | None = None,
        *,
        default_version: str = "",
        secrets: Sequence[Secret] = (),
    ) -> None:
        self._bot, self._secrets = bot, secrets
        self._anywhere = Place(default_version=default_version)
        self._words = RequestWords(fetch, rules)

    def hand_over(self, picture: object, called: str = "") -> str:
        """Return the word that stands for *picture* in the next prompt, behind ``--sref`` say."""
        return self._words.handed.add(picture, called)

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
        whole = repair(prompt_text(prompt))
        text = whole.text
        if parameters:
            parameters = self._words.with_pictures_named(parameters)
            text = str(Prompt.parse(text).with_(**parameters))
        wanted = wanted_prompts(text)
        if len(wanted) == 1 and wanted[0].prompt == text:
            return [self._imagine(prompt, pictures, parameters, common)]
        handed, first, made = self._words.handed, common.get("repeat", 0), []
        for each in wanted:
            self._words.handed = handed  # what was handed over for one is there for all
            one = self._imagine(
                each.prompt, pictures, {}, {**common, "repeat": first + each.repeat}
            )
            made.append(one)
        return made

    def _pictures(self, images: object) -> tuple[str, ...]:
        return tuple(map(self._words.picture, listed_pictures(images)))

    def _imagine(
        self,
        prompt: str,
        pictures: tuple[str, ...],
        parameters: Mapping[str, Any],
        common: Mapping[str, Any],
    ) -> Submission:
        front, words = front_pictures(prompt_text(prompt))
        if not front:  # it may stand behind what was pasted along
            front, words = front_pictures(repair(prompt).text)
        if front:
            try:
                pictures += tuple(map(self._words.picture, front))
                prompt = words
            except UsageError as error:
                # A word may look like a picture, and is sent when it must be.
                if not common.get("force"):
                    raise PromptError(str(error.args[0]), hint=error.hint, prompt=prompt) from error
        place = self._anywhere._replace(images=len(pictures), is_niji=self._is_niji(common))
        words = self._words.words(
            prompt,
            place,
            self._words.with_pictures_named(parameters),
            is_forced=bool(common.get("force")),
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
                translated(
                    "A blend takes {fewest_blended} to {most_blended} pictures, not {count}.",
                    fewest_blended=FEWEST_BLENDED,
                    most_blended=MOST_BLENDED,
                    count=len(pictures),
                ),
                hint=translated("Give their paths, or pictures, one after the other."),
            )
        shape = dimensions_of(dimensions)
        urls = tuple(map(self._words.picture, pictures))
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
                translated("A describe takes one picture."),
                hint=translated("Give the picture itself, or link=…."),
            )
        request = requests.Describe(
            base64=None if picture is None else self._words.picture(picture),
            link=link_of(link),
            language=language,
        )
        return self._submission(request, common, "link", "language")

    def shorten(self, prompt: str, **common: Unpack[CommonOptions]) -> Submission:
        """Ask which words of *prompt* matter."""
        return self._submission(requests.Shorten(prompt=self._words.words(prompt, None)), common)

    def swap_face(
        self, source: object, target: object, **common: Unpack[CommonOptions]
    ) -> Submission:
        """Put the face of *source* onto *target*."""
        face, picture = self._words.picture(source), self._words.picture(target)
        if face == picture:
            raise UsageError(
                translated("The two pictures are the same."),
                hint=translated("Give the face first, then the target."),
            )
        return self._submission(
            requests.SwapFace(source_base64=face, target_base64=picture), common
        )

    def upload(self, pictures: Sequence[object], **common: Unpack[CommonOptions]) -> Submission:
        """Hand *pictures* over to be used as links."""
        if not pictures:
            raise UsageError(
                translated("There is no picture to upload."), hint=translated("Give one or more.")
            )
        urls = tuple(map(self._words.picture, pictures))
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
                translated("A video needs its first picture."),
                hint=translated("Give image=…, or extend=… of a video."),
            )
        if loop and end is not None:
            raise UsageError(
                translated("A loop ends as it begins."),
                hint=translated("Give end=… or loop=True, not both."),
            )
        task_id, number = extend or (None, 0)
        request = requests.Video(
            prompt=self._words.words(
                prompt,
                self._anywhere._replace(is_film=True, images=1),
                is_forced=bool(common.get("force")),
            ),
            image=None if image is None else self._words.picture(image),
            end_image=None if end is None else self._words.picture(end),
            motion=one_of(motion, _MOTIONS, translated("motion")),
            loop=loop,
            batch_size=one_of(batch, _BATCHES, translated("number of films")),
            video_type=video_model(height),
            action="extend" if extend else None,
            task_id=task_id,
            index=film_index(number) if extend else None,
            mode=wire_mode(common),
        )
        return self._submission(request, common, *_OF_FILMS)

    def edit(
        self, image: object, prompt: str, mask: object = None, **common: Unpack[CommonOptions]
    ) -> Submission:
        """Change *image* as *prompt* says, where *mask* is white."""
        url = self._words.picture(image)
        place = self._anywhere._replace(images=1)
        words = self._words.words(prompt, place, is_forced=bool(common.get("force")))
        where = None if mask is None else mask_url(mask, size_of(url))
        request = requests.Edits(prompt=words, image=url, mask_base64=where)
        return self._submission(request, common, "mask")

    def answer(
        self,
        task_id: str,
        prompt: str,
        mask_url: str | None = None,
        *,
        is_own: bool = True,
        complete: Callable[[str], str] = str,
        bot: BotType | None = None,
        force: bool = False,
    ) -> Submission:
        """
        Answer the window of a task.

        Args:
            task_id: The task.
            prompt: The words.
            mask_url: Where it is repainted.
            is_own: Whether they are the person's own; what the server offers is not looked at.
            complete: Returns the words with what else the window wants.
            bot: The bot that draws.
            force: Send words with errors.
        """
        is_niji = bot is BotType.NIJI_JOURNEY
        place = self._anywhere._replace(images=1, is_window=True, is_niji=is_niji)
        words = self._words.words(prompt, place, is_forced=force) if is_own else normalise(prompt)
        request = requests.Modal(task_id=task_id, prompt=complete(words), mask_base64=mask_url)
        return self._submission(request, {"force": force})

    def check(
        self,
        prompt: str,
        images: int,
        bot: str | None,
        parameters: Mapping[str, Any],
        *,
        is_film: bool = False,
        is_window: bool = False,
    ) -> Checked:
        """Return *prompt* as it would be shown where it is used, and what lint finds in it."""
        text = prompt_text(prompt)
        front, prompt = ([], text) if is_window else front_pictures(text)
        place = self._anywhere._replace(
            images=images + len(front),
            is_niji=self._is_niji({"bot": bot}),
            is_film=is_film,
            is_window=is_window,
        )
        return self._words.checked(
            prompt, place, self._words.with_pictures_named(parameters), keeps_unreadable=True
        )

    def _is_niji(self, common: Mapping[str, Any]) -> bool:
        word = common.get("bot")
        return (self._bot if is_unset(word) else bot_of(word)) is BotType.NIJI_JOURNEY

    def _submission(self, request: Request, common: CommonOptions, *own: str) -> Submission:
        """Add what is *common* to *request*; *own* are the other options that it knows."""
        refuse_unknown(common, *own)
        refuse_useless(request, common)
        request = msgspec.structs.replace(
            request,
            state=common.get("state"),
            notify_hook=notify_of(common.get("notify")),
            account_filter=filter_of(common.get("accounts")),
        )
        if "bot_type" in request.__struct_fields__:
            word = common.get("bot")
            bot = self._bot if is_unset(word) else bot_of(word)
            request = msgspec.structs.replace(request, bot_type=bot)
        handed, findings, remarks = self._words.gathered()
        if (repeat := common.get("repeat", 0)) < 0:
            raise UsageError(
                translated("{repeat} can't be a repeat.", repeat=repeat),
                hint=translated(
                    "Give 0 for the usual picture; 1, 2, … for each one wanted beside it."
                ),
            )
        shown = ""
        if handed.names:
            shown = getattr(request, "prompt", "")
            request = msgspec.structs.replace(request, prompt=handed.tokens_in(shown))
        refuse_secrets(request, self._secrets)
        return Submission(
            request,
            prompt=shown,
            references=handed.references,
            mode=mode_of(common.get("mode")),
            remarks=remarks,
            findings=findings,
            force=common.get("force", False),
            fresh=common.get("fresh", False),
            repeat=repeat,
        )


def builder_of(settings: Settings, fetch: Fetch) -> RequestBuilder:
    """Return what makes requests as *settings* say; *fetch* returns the bytes at an address."""
    is_demo = settings.is_demo and settings.offline is None
    return RequestBuilder(
        settings.bot,
        fetch,
        rule_book(settings.rules),
        default_version=DEMO_VERSION if is_demo else "",
        secrets=settings.secrets,
    )


def _parted(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part *options* into the parameters of a prompt, and those that every request may carry."""
    parameters = {name: value for name, value in options.items() if name in KEYWORDS}
    common = {name: value for name, value in options.items() if name not in KEYWORDS}
    refuse_unknown(common, "images", *KEYWORDS)
    return parameters, meant_common(common)


def listed_pictures(given: object) -> list[object]:
    """Return reference pictures as a list; one alone is meant where no list is given."""
    if given is None:
        return []
    # A job is a list too, of its tiles, and means its picture here.
    given = listed(given)
    is_list = isinstance(given, list | tuple | set | frozenset | Iterator)
    return list(given) if is_list else [given]  # type: ignore[call-overload]
