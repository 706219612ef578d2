"""Strict records of the sheet's types (protocol/README.md §2, §3, §7), one set a dialect."""

from collections.abc import Mapping, Sequence
from functools import cache
from types import UnionType
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

Text = str | None
Maybe = str | UnsetType
Status = Literal["NOT_START", "SUBMITTED", "MODAL", "IN_PROGRESS", "FAILURE", "SUCCESS", "CANCEL"]


class Record(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Holds these keys, all of them and no others, each of its type."""


class Button(Record):
    """4.1."""

    custom_id: str
    emoji: str
    label: str
    type: int
    style: int


class Film(Record):
    """3.1: an object, never a text."""

    url: str


class FilmWithThumbnail(Film):
    """3.1, of trueai."""

    thumbnail: str


class Displays(Record):
    """3.5."""

    submit_time: Text
    start_time: Text
    finish_time: Text
    status: str
    action: str
    discord_instance_id: str


class Properties(Record):
    """3.5, of plus; what is not known yet is left out."""

    discord_instance_id: str
    discord_channel_id: str
    nonce: str
    bot_type: str
    notify_hook: Maybe = UNSET
    final_prompt: Maybe = UNSET
    final_zh_prompt: Maybe = UNSET
    message_id: Maybe = UNSET
    message_hash: Maybe = UNSET
    message_content: Maybe = UNSET
    progress_message_id: Maybe = UNSET
    referenced_message_id: Maybe = UNSET
    flags: int | UnsetType = UNSET


class PlusTask(Record):
    """3.1."""

    id: str
    properties: Properties
    action: str
    status: Status
    prompt: Text
    prompt_en: Text
    description: str
    submit_time: int
    start_time: int | None
    finish_time: int | None
    progress: Text
    image_url: Text
    image_height: int | None
    image_width: int | None
    fail_reason: Text
    state: Text
    buttons: list[Button]
    video_url: Maybe = UNSET
    video_urls: list[Film] | UnsetType = UNSET
    displays: Displays | UnsetType = UNSET


class OpenProperties(Record):
    """3.5, of the open proxy."""

    discord_instance_id: str
    nonce: str
    notify_hook: Text
    final_prompt: Maybe = UNSET
    message_id: Maybe = UNSET
    message_hash: str | UnsetType | None = UNSET
    progress_message_id: Maybe = UNSET
    referenced_message_id: Maybe = UNSET
    flags: int | UnsetType = UNSET


class OpenTask(Record):
    """3.1."""

    id: str
    properties: OpenProperties
    action: Literal["IMAGINE", "UPSCALE", "VARIATION", "REROLL", "DESCRIBE", "BLEND"]
    status: Literal["NOT_START", "SUBMITTED", "IN_PROGRESS", "FAILURE", "SUCCESS"]
    prompt: Text
    prompt_en: Text
    description: str
    state: Text
    submit_time: int
    start_time: int | None
    finish_time: int | None
    image_url: Text
    progress: Text
    fail_reason: Text


class GatewayProperties(Record):
    """3.5, of the gateway."""

    final_prompt: str
    final_zh_prompt: str


class GatewayTask(Record):
    """3.1: no text is null, and no time."""

    id: str
    action: str
    custom_id: str
    bot_type: str
    prompt: str
    prompt_en: str
    description: str
    state: str
    submit_time: int
    start_time: int
    finish_time: int
    image_url: str
    video_url: str
    video_urls: list[Film] | None
    status: Literal["", "NOT_START", "SUBMITTED", "MODAL", "IN_PROGRESS", "FAILURE", "SUCCESS"]
    progress: str
    fail_reason: str
    buttons: list[Button] | None
    mask_base64: str = msgspec.field(name="maskBase64")
    properties: GatewayProperties | None


class TrueaiTask(Record):
    """3.1: everything that its record has."""

    id: str
    parent_id: Text
    bot_type: str
    real_bot_type: Text
    user_id: Text
    is_white: bool
    nonce: str
    interaction_metadata_id: Text
    message_id: Text
    remix_modal_message_id: Text
    remix_auto_submit: bool
    remix_modaling: bool
    instance_id: str
    sub_instance_id: Text
    message_ids: list[str]
    is_completed: bool
    action: str
    status: Literal["NOT_START", "SUBMITTED", "MODAL", "IN_PROGRESS", "FAILURE", "SUCCESS"]
    prompt: Text
    prompt_en: Text
    prompt_full: Text
    description: str
    language: Text
    state: Text
    submit_time: int
    start_time: int | None
    finish_time: int | None
    image_url: Text
    base_image_url: Text
    image_urls: list[FilmWithThumbnail] | None
    thumbnail_url: Text
    progress: Text
    fail_reason: Text
    has_ai_review_retried: bool = msgspec.field(name="hasAIReviewRetried")
    is_third_party: bool
    is_partner: bool
    is_partner_relax: bool
    partner_task_id: Text
    partner_task_info: None
    is_official: bool
    official_task_id: Text
    official_task_info: None
    is_discord: bool
    buttons: list[Button]
    displays: Displays
    seed: Text
    seed_error: Text
    seed_message_id: Text
    client_ip: Text
    job_id: Text
    is_replicate: bool
    replicate_source: Text
    replicate_target: Text
    mode: Literal["RELAX", "FAST", "TURBO"] | None
    request_mode: Literal["RELAX", "FAST", "TURBO"] | None
    account_filter: None
    url: Text
    proxy_url: Text
    height: int | None
    width: int | None
    size: int | None
    content_type: Text
    image_height: int | None
    image_width: int | None
    video_gen_origin_image_url: Text
    video_duration: int | None
    frame_count: int | None
    video_url: Text
    video_urls: list[FilmWithThumbnail] | None
    use_time: str
    version: Text
    storage_option: None
    video_type: Text
    is_hd_video: bool
    properties: Properties


class ReplyProperties(Record):
    """2.5."""

    discord_instance_id: Maybe = UNSET
    discord_channel_id: Maybe = UNSET
    number_of_queues: int | UnsetType = UNSET
    final_prompt: Maybe = UNSET
    remix: bool | UnsetType = UNSET
    prompt_en: Maybe = UNSET
    banned_word: Maybe = UNSET


class Reply(Record):
    """2.1: always the four keys."""

    code: int
    description: str
    result: str | list[str] | None
    properties: ReplyProperties


class OpenReplyProperties(Record):
    """2.5, of the open proxy."""

    discord_instance_id: Maybe = UNSET
    number_of_queues: int | UnsetType = UNSET
    prompt_en: Maybe = UNSET
    banned_word: Maybe = UNSET


class OpenReply(Record):
    """2.1: no lists."""

    code: Literal[1, 3, 4, 9, 22, 23, 24]
    description: str
    result: Text
    properties: OpenReplyProperties


class SpringError(Record):
    """7.2."""

    timestamp: str
    status: int
    error: str
    path: str


class ThrownError(Record):
    """7.3."""

    success: Literal[False]
    code: Literal[-1]
    message: str
    timestamp: str


class GatewayError(Record):
    """7.4, of the gateway itself."""

    description: str
    type: Literal["upstream_error"]
    code: Literal[4, 5, 30]


class OpenAIErrorBody(Record):
    """7.4."""

    message: str
    type: Literal["new_api_error", "new_api_panic"]
    code: Maybe = UNSET


class OpenAIError(Record):
    """7.4, of what stands before the gateway."""

    error: OpenAIErrorBody


class PictureError(Record):
    """1.17."""

    error: str


class OpenAccount(Record):
    """1.19."""

    id: str
    properties: dict[str, str]
    guild_id: str
    channel_id: str
    user_token: str
    user_agent: str
    enable: bool
    core_size: int
    queue_size: int
    timeout_minutes: int


class PlusAccount(Record):
    """1.19, of what it logs in with nothing."""

    id: str
    name: str
    properties: dict[str, str]
    guild_id: str
    channel_id: str
    enable: bool
    core_size: int
    queue_size: int
    timeout_minutes: int
    remark: str
    remix_auto_submit: bool


class Page(Record):
    """1.16."""

    content: list[PlusTask]
    total_elements: int
    total_pages: int
    last: bool
    first: bool
    size: int
    number: int
    number_of_elements: int
    empty: bool


Kinds = tuple[type[Record], ...]
TASK: Mapping[str, type[Record]] = {
    "plus": PlusTask,
    "open": OpenTask,
    "trueai": TrueaiTask,
    "new-api": GatewayTask,
}
REPLIES: Mapping[str, Kinds] = {
    "plus": (Reply, SpringError, PictureError),
    "open": (OpenReply, SpringError, PictureError),
    "trueai": (Reply, ThrownError, PictureError),
    "new-api": (Reply, GatewayError, OpenAIError, SpringError, PictureError),
}
"""What may come instead of a task, of a list, or of an account."""

ACCOUNT: Mapping[str, type[Record]] = {"plus": PlusAccount, "open": OpenAccount}


def differences(value: Any, kind: type[Any] | UnionType) -> list[str]:
    """Return what of *value* is not as *kind* says: unknown and missing keys, other types."""
    found: list[str] = []
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, Record):
        known, required = _keys(kind)
        found += [f"unknown: {key}" for key in value if key not in known]
        found += [f"missing: {key}" for key in required if key not in value]
    if not found:
        try:
            msgspec.convert(value, kind, strict=True)
        except msgspec.ValidationError as error:
            found.append(str(error))
    return [f"{getattr(kind, '__name__', kind)}: {text}" for text in found]


@cache
def _keys(kind: type[Record]) -> tuple[Sequence[str], Sequence[str]]:
    """Return all keys of a record, and those that it must have."""
    fields = msgspec.structs.fields(kind)
    return [one.encode_name for one in fields], [one.encode_name for one in fields if one.required]
