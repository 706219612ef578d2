"""
A stand-in for the OpenAI images API.

Written from https://platform.openai.com/docs/api-reference/images and
https://platform.openai.com/docs/guides/error-codes: the shape of answers and errors, masks whose
transparent part is changed, pictures as base64 or by an address.
"""

from itertools import count

from PIL import Image

from tests.server.backends.engines.stand_in import (
    SECRET,
    Answer,
    Asked,
    StandIn,
    as_json,
    changed,
    fresh,
    opened,
    packed,
    png,
)

# The API has no seeds: the same words give another picture each time.
_CHANCE = count(1)


class OpenAIStandIn(StandIn):
    """
    Draws one picture a request.

    Attributes:
        wants_secret: Whether requests need the key.
        sends_links: Whether pictures come by an address, as dall-e's do by default.
    """

    name = "openai"

    def __init__(self) -> None:
        self.wants_secret = False
        self.sends_links = False
        self._linked: dict[str, bytes] = {}
        super().__init__()

    def answer(self, asked: Asked) -> Answer:
        """Return what the API answers."""
        if asked.path in self._linked:
            return Answer(self._linked[asked.path], kind="image/png")
        if self.wants_secret and asked.headers.get("authorization") != f"Bearer {SECRET}":
            given = asked.headers.get("authorization", "")
            return _error(401, f"Incorrect API key provided: {given}.", "invalid_api_key")
        if asked.path == "/v1/models":
            return as_json({"object": "list", "data": [{"id": "tiny", "object": "model"}]})
        if asked.path == "/v1/images/generations":
            body = asked.json
            return self._drawn(body["prompt"], body["size"], [], None)
        if asked.path == "/v1/images/edits":
            form = asked.form
            names = ("image", "image[]")
            pictures = [opened(one) for name in names for one in form.get(name, [])]
            mask = opened(form["mask"][0]) if "mask" in form else None
            return self._drawn(form["prompt"][0].decode(), form["size"][0].decode(), pictures, mask)
        return _error(404, f"Invalid URL ({asked.method} {asked.path})", None)

    def _drawn(
        self, prompt: str, size: str, pictures: list[Image.Image], mask: Image.Image | None
    ) -> Answer:
        fault = self.taken_fault()
        if fault == "429":
            limit = _error(429, "Rate limit reached for images.", "rate_limit_exceeded")
            return limit._replace(headers=(("retry-after", "0"),))
        if fault == "500":
            return _error(500, "The server had an error while processing your request.", None)
        if not prompt:
            return _error(400, "'prompt' is a required property.", None)
        plain = self.plain_fault(fault)
        if plain or fault == "none":
            return plain or as_json({"created": 1, "data": []})
        width, height = map(int, size.split("x"))
        image = fresh(prompt, next(_CHANCE), (width, height))
        if mask is not None:
            where = mask.getchannel("A").point(lambda value: 255 - value)
            image = changed(pictures[0], image, 1.0, where)
        elif pictures:
            for picture in pictures:
                image = changed(picture, image, 0.5, None)
        content = self.spoiled(png(image), fault)
        if not self.sends_links:
            return as_json({"created": 1, "data": [{"b64_json": packed(content)}]})
        path = f"/files/{len(self._linked)}.png"
        self._linked[path] = content
        return as_json({"created": 1, "data": [{"url": self.url + path}]})


def _error(status: int, message: str, code: str | None) -> Answer:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return as_json({"error": error}, status)
