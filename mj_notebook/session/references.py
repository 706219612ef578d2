"""Pictures of this machine that a prompt refers to: named, handed over, and replaced by links."""

import re
import threading
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType

import msgspec

from mj_notebook.client.sync import Client
from mj_notebook.errors import PromptError, Refused, ServerUnreachable, Unsupported, UsageError
from mj_notebook.language import marked, translated
from mj_notebook.prompt.parse import ADDRESS
from mj_notebook.prompt.reference_values import spaced_path_hint
from mj_notebook.prompt.references import Reference, is_local_picture, replace_references
from mj_notebook.protocol.addresses import holds_content
from mj_notebook.protocol.media import media_of, read_data_url
from mj_notebook.protocol.requests import Request, UploadPictures
from mj_notebook.store.fingerprint import TOKEN, picture_token

# Links live about a day; within an hour of a batch a picture is handed over once.
_REUSED_FOR = 3600.0
_LONGEST_NAME = 40
_INSTEAD = marked(
    "Give its public address; a picture in front of the prompt, or behind --image, goes along"
    " with it on every server."
)


class HandedOver:
    """
    The pictures of one prompt, each by the name that stands for it in the words that are shown.

    A path goes nowhere: of a file its name is shown, and what is asked for is known by content.
    """

    def __init__(self, read: Callable[[object], str]) -> None:
        self._read = read
        self._pictures: dict[str, str] = {}

    @property
    def names(self) -> frozenset[str]:
        """The names that stand in the prompt."""
        return frozenset(self._pictures)

    @property
    def references(self) -> Mapping[str, str]:
        """The pictures by what stands for each in the request."""
        return MappingProxyType({picture_token(url): url for url in self._pictures.values()})

    def add(self, picture: object, called: str = "") -> str:
        """Read *picture* and return the name that stands for it."""
        url = self._read(picture)
        suffix = getattr(media_of(read_data_url(url) or b""), "suffix", "")
        stem = _plain_name(called)
        for number in range(1, len(self._pictures) + 2):
            name = f"{stem}{f'-{number}' if number > 1 else ''}{suffix}"
            if self._pictures.setdefault(name, url) == url:
                return name
        raise AssertionError  # one of so many names is free

    def named_in(self, text: str, *, keeps_unreadable: bool = False) -> str:
        """Return *text* with a name in the place of each picture of this machine."""

        def named(one: Reference) -> str:
            if one.word in self._pictures or not is_local_picture(one.word):
                return one.word
            try:
                return self.add(one.word, stem_of(one.word))
            except UsageError as error:
                if keeps_unreadable:
                    return one.word
                said = str(error.args[0])
                value = text[one.start :].partition(" --")[0]
                hint = spaced_path_hint(value.split()) or error.hint
                raise PromptError(said, hint=hint, prompt=text, position=one.start) from error

        return replace_references(text, named)

    def tokens_in(self, text: str) -> str:
        """Return *text* as it is asked for: what a picture shows stands in its place."""
        pictures = self._pictures
        return replace_references(
            text,
            lambda one: picture_token(pictures[one.word]) if one.word in pictures else one.word,
        )


def stem_of(word: str) -> str:
    """Return what a picture is called by its path; "" for a data URL."""
    if holds_content(word):
        return ""
    return PurePath(word.replace("\\", "/")).stem


def _plain_name(text: str) -> str:
    """Return *text* as a word of a prompt: no sign in it means anything to Midjourney."""
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"[^\w.]+", "_", plain).strip("_.")[:_LONGEST_NAME] or "picture"


class ReferenceUploads:
    """Puts links in the place of pictures just before a request is sent; blocking; thread-safe."""

    def __init__(self, client: Client, clock: Callable[[], float]) -> None:
        self._client, self._now = client, clock
        self._links: dict[str, tuple[str, float]] = {}
        # Of two prompts with the same picture one hands it over, and the other waits for that.
        self._lock = threading.Lock()

    def with_links(self, request: Request, references: Mapping[str, str]) -> Request:
        """
        Return *request* with links for the *references* in its prompt.

        Raises:
            MJError: They can't be handed over; nothing was asked for, and nothing is drawn.
        """
        prompt = getattr(request, "prompt", "")
        wanted = {found[0]: None for found in TOKEN.finditer(prompt)}
        if not wanted:
            return request
        if missing := [token for token in wanted if token not in references]:
            raise UsageError(
                translated(
                    "{count} that the prompt refers to is not kept here any more.",
                    count=_count(missing),
                ),
                hint=translated("Ask for it anew with the picture."),
            )
        with self._lock:
            links = self._links_of({token: references[token] for token in wanted}, request)
        words = TOKEN.sub(lambda found: links[found[0]], prompt)
        return msgspec.structs.replace(request, prompt=words)

    def _links_of(self, pictures: Mapping[str, str], request: Request) -> dict[str, str]:
        now = self._now()
        known = {
            token: self._links[token][0]
            for token in pictures
            if token in self._links and 0 <= now - self._links[token][1] < _REUSED_FOR
        }
        new = [token for token in pictures if token not in known]
        if new:
            upload = UploadPictures(
                base64_array=tuple(pictures[token] for token in new),
                account_filter=request.account_filter,
            )
            found = dict(zip(new, self._upload(upload), strict=True))
            self._links |= {token: (link, now) for token, link in found.items()}
            known |= found
        return known

    def _upload(self, upload: UploadPictures) -> list[str]:
        count = len(upload.base64_array)
        try:
            links = self._client.upload(upload)
        except Unsupported as error:
            raise Unsupported(
                translated(
                    "{alias} takes no pictures to refer to, so nothing was drawn.",
                    alias=self._client.alias,
                ),
                hint=translated(_INSTEAD),
                status=error.status,
            ) from error
        except ServerUnreachable as error:
            # A picture that may have arrived is no task that may be drawn.
            raise ServerUnreachable(
                translated(
                    "The picture was not handed over, so nothing was drawn: {reason}",
                    reason=error.args[0],
                ),
                hint=error.hint,
                sent=False,
            ) from error
        if len(links) != count or not all(map(ADDRESS.fullmatch, links)):
            raise Refused(
                translated(
                    "{alias} gave no usable address for the picture, so nothing was drawn.",
                    alias=self._client.alias,
                ),
                hint=translated(_INSTEAD),
            )
        return links


def _count(tokens: list[str]) -> str:
    if len(tokens) == 1:
        return translated("A picture")
    return translated("One of {count} pictures", count=len(tokens))
