"""Where a history is kept, when that is no folder: the address of its pictures."""

from urllib.parse import SplitResult, urlsplit

from mj_notebook.errors import SettingsError

_PICTURES = frozenset({"s3", "gs", "az", "file"})
_PICTURES_HINT = "Give an address like s3://bucket/folder, gs://…, az://… or file:///shared/folder."


def pictures_address(text: str) -> str:
    """
    Read the address of the place that pictures are shared in.

    Raises:
        SettingsError: It is none, or holds a name or a password.
    """
    parts = _split(text, "pictures", _PICTURES_HINT)
    if parts.scheme not in _PICTURES:
        raise SettingsError(
            f"no pictures can be kept in {parts.scheme[:20]}://…", hint=_PICTURES_HINT
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingsError(
            "the address of the pictures holds more than a place.",
            hint="Give keys in the environment variables of the provider (AWS_ACCESS_KEY_ID, …).",
        )
    is_folder = parts.scheme == "file"
    if is_folder != (not parts.netloc) or (is_folder and not parts.path.strip("/")):
        raise SettingsError("the address of the pictures names no place.", hint=_PICTURES_HINT)
    return text.strip().rstrip("/")


def _split(text: str, what: str, hint: str) -> SplitResult:
    try:
        parts = urlsplit(text.strip())
        _ = parts.port  # which raises where it is no number
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if not parts.scheme:
        raise SettingsError(f"that is no address of {what}.", hint=hint)
    return parts
