"""
Engines behind the OpenAI images API: the service itself, and the many servers that speak it.

Written from https://platform.openai.com/docs/api-reference/images: `POST /v1/images/generations`
(JSON), `POST /v1/images/edits` (a form with pictures), `GET /v1/models`.
"""

from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from mj_notebook.server.backends.backend import NOBODY, Capabilities, DrawBrief, Size, Watcher
from mj_notebook.server.backends.engine_http import (
    Asking,
    HttpEngine,
    as_png,
    first_of,
    text_of,
    value_of,
)
from mj_notebook.server.config import BackendChoice

_USUAL_MODEL = "gpt-image-1"
# The sizes that the reference lists; servers of others take any.
_GPT_SIZES = ((1024, 1024), (1536, 1024), (1024, 1536))
_SIZES: dict[str, tuple[Size, ...]] = {
    "gpt-image": _GPT_SIZES,
    "dall-e-3": ((1024, 1024), (1792, 1024), (1024, 1792)),
    "dall-e-2": ((256, 256), (512, 512), (1024, 1024)),
}
# Only these take a choice between an address and base64; gpt-image always sends base64.
_WITH_FORMAT = ("dall-e-",)
_MOST_REFERENCES = 5


class OpenAIBackend(HttpEngine):
    """
    Draws by an images endpoint; see `Backend`.

    Seeds, guidance and steps are no part of that API, so the same prompt draws something else each
    time. A request that may have been drawn is never sent twice: it is paid for.
    """

    engine = "The images API"

    def __init__(self, choice: BackendChoice, **options: Any) -> None:
        super().__init__(choice, **options)
        self.model = choice.model or _USUAL_MODEL
        # People give the address with and without the version behind it.
        self._path = "" if urlsplit(self.base_url).path.endswith("/v1") else "/v1"

    def capabilities(self) -> Capabilities:
        """Return what the API has for the model; one that is not known is asked for any size."""
        edits = not self.model.startswith("dall-e-3")
        sizes = next((s for name, s in _SIZES.items() if self.model.startswith(name)), ())
        return Capabilities(
            varies=edits,
            inpaints=edits,
            outpaints=edits,
            references=0 if self.model.startswith("dall-e") else _MOST_REFERENCES,
            sizes=sizes,
            step=64,
        )

    def draw(self, brief: DrawBrief, watcher: Watcher = NOBODY) -> Image.Image:
        """Draw; see `Backend.draw`. There is neither progress nor a strength in this API."""
        pictures = [*([brief.start] if brief.start else []), *brief.references]
        fields = {
            "model": self.model,
            "prompt": brief.prompt,
            "n": 1,
            "size": f"{brief.size[0]}x{brief.size[1]}",
        }
        if self.model.startswith(_WITH_FORMAT):
            fields["response_format"] = "b64_json"

        async def talk(asking: Asking) -> Image.Image:
            if not pictures:
                answer = await asking.post(f"{self._path}/images/generations", json=fields)
            else:
                files = [
                    _file("image[]" if len(pictures) > 1 else "image", one) for one in pictures
                ]
                if brief.mask:
                    files.append(_file("mask", _transparent(brief.mask)))
                texts = {name: str(value) for name, value in fields.items()}
                answer = await asking.post(f"{self._path}/images/edits", data=texts, files=files)
            one = first_of(value_of(answer, "data"))
            url = value_of(one, "url")
            if isinstance(url, str) and url:
                return asking.picture(await asking.linked(url))
            return asking.picture(value_of(one, "b64_json"))

        return self.run(talk, watcher)

    def identify(self) -> str:
        """Ask which models there are."""

        async def talk(asking: Asking) -> str:
            listed = value_of(await asking.get(f"{self._path}/models"), "data")
            names = [text_of(one, "id") for one in listed] if isinstance(listed, list) else []
            if self.model in names or not names:
                return f"an images API that draws with {self.model}"
            return f"an images API without {self.model}; it has {', '.join(names[:5])}"

        return self.run(talk)


def _file(name: str, image: Image.Image) -> tuple[str, tuple[str, bytes, str]]:
    return name, (f"{name.rstrip('[]')}.png", as_png(image), "image/png")


def _transparent(mask: Image.Image) -> Image.Image:
    """Return *mask* as the API reads it: transparent where the picture is changed."""
    page = Image.new("RGBA", mask.size, "black")
    page.putalpha(mask.convert("L").point(lambda value: 255 - value))
    return page
