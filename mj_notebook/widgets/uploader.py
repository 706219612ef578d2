"""The uploader: pictures that a person chooses, drops or pastes, brought to the kernel whole."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import traitlets

from mj_notebook.api.state import current_worker
from mj_notebook.errors import MJError, UsageError
from mj_notebook.images.data_urls import MAX_BYTES, MAX_SIDE
from mj_notebook.language import translated
from mj_notebook.widgets.arrivals import Arrivals, Arrived, picture_given, picture_sent
from mj_notebook.widgets.speaking import SpeakingWidget, read_only

PostToWorker = Callable[[Callable[..., object]], object]
"""Takes a call and sees to it that it is made on the thread that writes widgets."""

# Each is kept in the kernel's memory until it is used.
MAX_PICTURES: Final = 20
_LONGEST_PROMPT = 100_000
_LIMITS: Final = {"bytes": MAX_BYTES, "side": MAX_SIDE}


class Uploader(SpeakingWidget, script="uploader"):
    """
    A place for pictures: a person chooses, drops or pastes them, the kernel has their bytes.

    What is too large is made smaller in the page, and said so. A picture is one message, and the
    page asks again when it gets no answer. Python may be used from any thread; observers of
    ``count`` are called on the worker's.

    Args:
        most: How many pictures there is room for.
        purpose: What they are for, in a few words for the person.
        roles: What the first picture is, the second, and so on, where that matters.
        asks: The label of a field for words, "" for no such field.
        prompt: What stands in that field at first.
        post: Makes calls on the thread that writes widgets, by default the current worker's.

    Attributes:
        count: How many pictures are here; to be observed.
        prompt: The words in the field; to be observed.

    Raises:
        UsageError: *most* is no sensible number.
    """

    _items: traitlets.List[dict[str, Any]] = traitlets.List().tag(
        sync=True, from_json=read_only("_items")
    )
    _most = traitlets.Int().tag(sync=True, from_json=read_only("_most"))
    _purpose = traitlets.Unicode().tag(sync=True, from_json=read_only("_purpose"))
    _roles: traitlets.List[str] = traitlets.List().tag(sync=True, from_json=read_only("_roles"))
    _limits = traitlets.Dict(_LIMITS).tag(sync=True, from_json=read_only("_limits"))
    _start = traitlets.Dict().tag(sync=True, from_json=read_only("_start"))
    """The button below: caption, can, words; empty for none."""
    _asks = traitlets.Unicode().tag(sync=True, from_json=read_only("_asks"))
    prompt = traitlets.Unicode().tag(sync=True, from_json=read_only("prompt"))
    count = traitlets.Int(0, read_only=True)

    def __init__(
        self,
        most: int = 5,
        purpose: str = "",
        *,
        roles: Sequence[str] = (),
        asks: str = "",
        prompt: str = "",
        post: PostToWorker | None = None,
    ) -> None:
        # True is 1 to Python.
        if isinstance(most, bool) or not isinstance(most, int) or not 1 <= most <= MAX_PICTURES:
            raise UsageError(
                translated(
                    "An uploader takes 1 to {max_pictures} pictures, not {most!r}.",
                    max_pictures=MAX_PICTURES,
                    most=most,
                ),
                hint=translated("Say how many: Uploader(most=5)."),
            )
        self._post: PostToWorker = post or _by_worker
        self._arrivals = Arrivals(most)
        # Cells read and change on their thread what the worker changes on its own.
        self._lock = threading.RLock()
        self.on_start: Callable[[], object] | None = None
        super().__init__(
            _most=most,
            _purpose=purpose,
            _roles=list(roles),
            _asks=asks,
            prompt=prompt,
        )
        self.on_msg(self._on_message)

    @property
    def pictures(self) -> list[bytes]:
        """The bytes of the pictures that are here, in their order."""
        return [one.content for one in self.arrived]

    @property
    def names(self) -> list[str]:
        """The names of their files."""
        return [one.name for one in self.arrived]

    @property
    def arrived(self) -> tuple[Arrived, ...]:
        """The pictures that are here, with all that is known of them."""
        with self._lock:
            return self._arrivals.pictures

    def add(self, *pictures: object) -> None:
        """
        Put pictures there, given in any form: a path, bytes, a Pillow image, an array.

        Raises:
            UsageError: One can't be read, or there is no room; those before it are there.
        """
        for picture in pictures:
            # Outside of the lock: reading and checking a picture takes a while.
            added = picture_given(picture)
            with self._lock:
                self._arrivals.add(added)
            self._post(self._show)

    def move(self, number: int, to: int) -> None:
        """Put picture *number* at place *to*; both are counted from 1."""
        self._change(lambda: self._arrivals.move(self._key(number), to - 1))

    def remove(self, number: int) -> None:
        """Take picture *number* away, counted from 1."""
        self._change(lambda: self._arrivals.remove(self._key(number)))

    def clear(self) -> None:
        """Take all pictures away."""
        self._change(self._arrivals.clear)

    def show_button(self, caption: str, words: str, *, can: bool) -> None:
        """Show a button below that calls ``on_start``; to be called on the worker's thread."""
        start = {"caption": caption, "words": words, "can": can}
        if self._start != start:
            self._start = start

    def __repr__(self) -> str:
        return translated("(The uploader stood here; it needs a running kernel.)")

    def _key(self, number: int) -> str:
        if not 1 <= number <= len(self.arrived):
            raise UsageError(translated("There is no picture {number}.", number=number))
        return self.arrived[number - 1].id

    def _change(self, change: Callable[[], object]) -> None:
        with self._lock:
            change()
        self._post(self._show)

    def _show(self) -> None:
        """Tell the page what is here."""
        items = [_to_wire(one) for one in self.arrived]
        # Thumbnails travel with them, so nothing is sent that did not change.
        if items != self._items:
            self._items = items
        self.set_trait("count", len(items))

    # -- what a page says; on any thread -------------------------------------------------------

    def _on_message(self, _: Any, content: object, buffers: Sequence[memoryview]) -> None:
        if isinstance(content, Mapping):
            # On the worker's thread, as the kernel hands messages over on any.
            self._post(lambda: self._dispatch(content, buffers))

    def _dispatch(self, message: Mapping[str, object], buffers: Sequence[memoryview]) -> None:
        if message.get("kind") in ("start", "prompt"):
            self._set_prompt(message)
            return
        key = message.get("id")
        if isinstance(key, str):
            with self._lock:
                answer = self._answer(key, message, buffers)
            self._show()
            if answer is not None:
                self._reply(key, message.get("turn"), answer)

    def _set_prompt(self, message: Mapping[str, object]) -> None:
        prompt = message.get("prompt")
        if isinstance(prompt, str) and len(prompt) <= _LONGEST_PROMPT and prompt != self.prompt:
            self.prompt = prompt
        if message.get("kind") == "start":
            self._start_if_unchanged(message.get("ids"))
            # The page shows the button as pressed until it hears this, however busy the kernel is.
            self.send({"kind": "heard"})

    def _start_if_unchanged(self, seen: object) -> None:
        """Start what the button is for, unless the person saw other pictures with it."""
        # What is started costs: it must be what the person saw.
        if seen != [one.id for one in self.arrived]:
            words = translated("The pictures have changed. Look at them, and press again.")
            self.show_button(str(self._start.get("caption", "")), words, can=True)
        elif self.on_start is not None:
            self.on_start()

    def _answer(
        self, key: str, message: Mapping[str, object], buffers: Sequence[memoryview]
    ) -> dict[str, str] | None:
        match message.get("kind"):
            case "picture":
                # The picture and its thumbnail; more is nothing that our page sends.
                return self._take_picture(key, message, [bytes(one) for one in buffers[:2]])
            case "ask":
                return {"stand": "here" if self._arrivals.has(key) else "unknown"}
            case "remove":
                self._arrivals.remove(key)
            case "move":
                place = message.get("place")
                if isinstance(place, int):
                    self._arrivals.move(key, place)
        return None

    def _take_picture(
        self, key: str, said: Mapping[str, object], contents: Sequence[bytes]
    ) -> dict[str, str]:
        try:
            self._arrivals.add(picture_sent(key, said, *(contents or [b""])))
        except MJError as error:
            # An answer in any case: without one the page would send it again.
            return {"stand": "refused", "words": str(error)}
        return {"stand": "here"}

    def _reply(self, key: str, turn: object, answer: dict[str, str]) -> None:
        # The turn lets the page tell an answer from the late answer to an earlier message.
        self.send({"kind": "answer", "id": key, "turn": turn, **answer})


def _by_worker(call: Callable[..., object]) -> None:
    current_worker().post(call)


def _to_wire(picture: Arrived) -> dict[str, Any]:
    width, height = picture.size
    return {
        "id": picture.id,
        "name": picture.name,
        "kind": picture.media.suffix.removeprefix(".").upper().replace("JPG", "JPEG"),
        "bytes": len(picture.content),
        "width": width,
        "height": height,
        "words": picture.words,
        "thumbnail": picture.thumbnail,
    }
