"""Pictures that were given with a request: kept, so that it can be asked for again from history."""

import contextlib
from pathlib import Path

from mj_notebook.errors import StoreError
from mj_notebook.protocol.media import KINDS, data_url, media_of, read_data_url
from mj_notebook.protocol.nested import leaves
from mj_notebook.settings.private_files import replace_private_file
from mj_notebook.store.database_errors import store_error
from mj_notebook.store.fingerprint import TOKEN, picture_token

_PREFIX = len("sha256:")


class GivenPictures:
    """
    The folder of pictures that people gave, each under what stands for it in the requests.

    Several threads and kernels may put into it at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep_all(self, *records: object) -> None:
        """Keep each picture in *records*; what can't be kept can only not be asked for again."""
        for record in records:
            for leaf in leaves(record):
                if isinstance(leaf, str) and leaf.startswith("data:"):
                    with contextlib.suppress(StoreError):
                        self._keep(leaf)

    def copy_to(self, other: "GivenPictures") -> None:
        """Keep all of these in another folder as well."""
        for path in sorted(self._folder.glob("*")):
            if path.stem and (url := self.read(f"sha256:{path.stem}")):
                other.keep_all(url)

    def path_of(self, token: str) -> Path | None:
        """Return the file of the picture that *token* stands for; None when it is not kept."""
        if not TOKEN.fullmatch(token):
            return None
        paths = (self._folder / f"{token[_PREFIX:]}{media.suffix}" for media in KINDS)
        return next((path for path in paths if path.is_file()), None)

    def read(self, token: str) -> str | None:
        """Return the picture that *token* stands for as a data URL; None when it is not whole."""
        path = self.path_of(token)
        try:
            content = path.read_bytes() if path else b""
        except OSError:
            return None
        media = media_of(content)
        url = data_url(content, media.mime) if media else ""
        # By its content, not its name: what is asked for again must be the picture that was asked
        # for.
        return url if url and picture_token(url) == token else None

    def _keep(self, url: str) -> None:
        content = read_data_url(url) or b""
        media = media_of(content)
        token = picture_token(url)
        if media is None or self.path_of(token) is not None:
            return
        target = self._folder / f"{token[_PREFIX:]}{media.suffix}"
        try:
            replace_private_file(target, content)
        except OSError as error:
            raise store_error(error, self._folder) from error
