"""A place for pictures that several machines share: object storage, or a folder, by its address."""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from mj_notebook.errors import StoreError
from mj_notebook.language import marked, translated
from mj_notebook.protocol.media import MOST_BYTES, media_of

# Fewer, larger pieces: each is a trip through Python.
_CHUNK = 4 * 2**20
# A kernel must not hang where nobody answers; a picture of some MB may take its time.
_CLIENT = {"connect_timeout": "5s", "timeout": "60s", "allow_http": True}
_RETRIES = {"max_retries": 2}
_INSTALL = marked('Run pip install "mj-notebook[team]" and restart the kernel.')
# What the drivers say, in the words of what they stand for; the first that fits.
_CAUSES = (
    (
        re.compile(
            r"NoSuchBucket|NoSuchContainer|bucket does not exist|ContainerNotFound", re.IGNORECASE
        ),
        marked("there is no such bucket"),
        marked("Make the bucket, or set MJ_PICTURES to one that there is."),
    ),
    (
        re.compile(r"credential|token|metadata|account must", re.IGNORECASE),
        marked("no credentials for it were found"),
        marked(
            "Set those of its provider, for instance AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        ),
    ),
    (
        re.compile(r"connect|timed? ?out|dns|error sending request", re.IGNORECASE),
        marked("it does not answer"),
        marked("Look at the network, and at the endpoint (for instance AWS_ENDPOINT_URL)."),
    ),
    (
        re.compile(r"no space|disk full|quota", re.IGNORECASE),
        marked("there is no room on it"),
        marked("Make room there."),
    ),
)


class SharedObjects:
    """
    Bytes by name at *address*: ``s3://``, ``gs://``, ``az://`` or ``file:///``.

    Its driver is loaded, and the place is opened, with the first question. Credentials are those
    of the provider's own environment variables; they never stand in the address.

    Attributes:
        address: Where it is, as sentences name it.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._opened: Any = None

    def get(self, name: str) -> bytes | None:
        """
        Return what is kept as *name*, None when there is nothing.

        Raises:
            StoreError: It can't be asked, or what is there is larger than any picture.
        """
        found = self._ask(lambda place: self._read(place, name), may_lack=True)
        return None if found is None else bytes(found)

    def put_new(self, name: str, content: bytes) -> None:
        """Keep *content* as *name*, at once or not at all; what is there already stays."""
        import_driver()
        from obstore.exceptions import AlreadyExistsError

        media = media_of(content)
        is_folder = self.address.startswith("file:")  # a disk knows no types
        attributes = {} if media is None or is_folder else {"Content-Type": media.mime}

        def put(place: Any) -> None:
            with suppress(AlreadyExistsError):  # the same name is the same content
                place.put(name, content, mode="create", attributes=attributes or None)

        self._ask(put)

    def size(self, name: str) -> int | None:
        """Return how many bytes are kept as *name*, None when there is nothing."""
        found = self._ask(lambda place: place.head(name)["size"], may_lack=True)
        return None if found is None else int(found)

    def delete(self, name: str) -> None:
        """Remove what is kept as *name*, if there is anything."""
        self._ask(lambda place: place.delete(name), may_lack=True)

    def check_writable(self, name: str) -> None:
        """Write a few bytes as *name* and remove them; raise `StoreError` when that can't be."""
        self.put_new(name, b"trial")
        self.delete(name)

    def _read(self, place: Any, name: str) -> bytes:
        found = place.get(name)
        if found.meta["size"] > MOST_BYTES:
            raise StoreError(
                translated(
                    "What is kept as {name} in {address} is larger than any picture.",
                    name=name,
                    address=self.address,
                ),
                hint=translated("Look at it there."),
            )
        return b"".join(bytes(part) for part in found.stream(min_chunk_size=_CHUNK))

    def _ask(self, question: Callable[[Any], Any], *, may_lack: bool = False) -> Any:
        """Ask; that there is nothing of that name is None where it *may_lack*, else an error."""
        import_driver()
        from obstore.exceptions import BaseError, NotFoundError

        try:
            if self._opened is None:
                self._opened = _open(self.address)
            return question(self._opened)
        except (FileNotFoundError, NotFoundError) as error:
            if may_lack and not _CAUSES[0][0].search(str(error)):
                return None
            self._raise(error)
        except (BaseError, OSError, ValueError) as error:
            self._raise(error)

    def _raise(self, error: Exception) -> NoReturn:
        """Raise what it means; the driver's words may hold signatures and keys, and stay out."""
        what, hint = map(translated, _meaning(error))
        raise StoreError(
            translated(
                "The pictures in {address} can't be reached: {what}.",
                address=self.address,
                what=what,
            ),
            hint=hint,
        ) from None


def import_driver() -> None:
    """Load what speaks with object storage; raise `StoreError` where it is not installed."""
    try:
        import obstore  # noqa: F401
    except ImportError:
        raise StoreError(
            translated("Shared pictures need the package obstore, which is not installed."),
            hint=translated(_INSTALL),
        ) from None


def _open(address: str) -> Any:
    from obstore.store import LocalStore, from_url

    open_place: Any = from_url  # its types know no address that is a variable
    if address.startswith("file:"):
        return LocalStore.from_url(address, mkdir=True, automatic_cleanup=False)
    return open_place(address, client_options=_CLIENT, retry_config=_RETRIES)


def _meaning(error: Exception) -> tuple[str, str]:
    from obstore.exceptions import NotFoundError, PermissionDeniedError, UnauthenticatedError

    if isinstance(error, PermissionError | PermissionDeniedError | UnauthenticatedError):
        return "it may not be written or read", translated(
            "Ask who runs it for the rights, or log in anew."
        )
    found = next(((what, hint) for words, what, hint in _CAUSES if words.search(str(error))), None)
    if isinstance(error, NotFoundError | FileNotFoundError):
        return _CAUSES[0][1:]
    return found or (
        translated("its driver failed ({name})", name=type(error).__name__),
        marked("Look at the address in MJ_PICTURES, and at the provider's settings."),
    )
