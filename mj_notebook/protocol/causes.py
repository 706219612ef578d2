"""
The table of causes: what servers say when they say no, what it means, and what to do about it.

The words are the servers' own, in Chinese and English; where they come from stands in the protocol
sheet (README.md §1, §2.2, §3.6, §7 and Appendix B), and for the gateway's tokens in new-api's
``middleware/auth.go``, ``middleware/distributor.go``, ``model/token.go`` and
``i18n/locales/en.yaml``. Discord's are of its API (https://discord.com/developers/docs). `outcomes`
looks a cause up; ``CAUSES.md`` in the folder of the package is written from this table.
"""

from typing import NamedTuple

from mj_notebook.protocol.vocabulary import Outcome


class Cause(NamedTuple):
    """
    One thing that can be wrong at a server.

    Attributes:
        name: What programs call it; errors carry it.
        outcome: What became of the request; None where the words alone don't tell, as with those
            that stand in failed tasks.
        meaning: What is wrong, as a clause.
        advice: What to do next, as a sentence.
        words: What servers say, any of these; ``…`` stands for anything. None at all in a row that
            is told by the status alone.
        statuses: The HTTP statuses it comes with; empty for any.
        codes: The return codes it comes with, None where there is none; empty for any.
        by_gateway: Whether it is so only where a gateway stands before the proxy.
    """

    name: str
    outcome: Outcome | None
    meaning: str
    advice: str
    words: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    codes: tuple[int | None, ...] = ()
    by_gateway: bool = False


_TOP_UP = "Top it up with who runs it, then ask again; nothing was drawn or charged."
_OTHER_TOKEN = "Make a new token there, and set it: %mj login, or MJ_API_SECRET."
_ITS_OWNER = "Nothing can be done from here: tell who runs it."
_LATER = "Nothing was drawn; try again in a few minutes. mj.doctor() looks whether it is back."
_AGAIN = "It gave no picture; draw it again in a minute: job.again()."
_OTHER_WORDS = "Say it in other words."
_NEXT_DAY = "Go on tomorrow, or ask who runs it for more."
_ASK_FOR_IT = "Who runs it can switch it on; until then it can't be had there."
_NOT_OURS = (
    "Look at what was given; if that is right, this is a fault of ours that is worth reporting."
)

# The first row that fits is the cause, so what is particular stands before what is general.
CAUSES: tuple[Cause, ...] = (
    # -- a gateway and the server behind it --
    Cause(
        "upstream-lost",
        Outcome.UNKNOWN,
        "the gateway got no answer that it could read from the server behind it",
        "Try again in a moment; after a submit, look first whether its task is there: %mj resume.",
        (
            "do_request_failed",
            "do request failed",
            # empty_…, and read_…, unmarshal_…, close_…, copy_…_failed
            "response_body",
            "bad_response",
            "bad response",
            "insert_midjourney_task_failed",
        ),
    ),
    Cause(
        "upstream-key",
        Outcome.UNAVAILABLE,
        "the server behind the gateway does not take the gateway's own key; yours is not the one",
        _ITS_OWNER,
        ("unauthorized",),
        statuses=(401,),
        by_gateway=True,
    ),
    Cause(
        "channel-off",
        Outcome.REFUSED,
        "the gateway's channel that this task was drawn by is switched off",
        "Ask who runs the gateway to switch it on, or draw the prompt anew: job.again().",
        ("该任务所属渠道已被禁用", "该渠道已被禁用", "channel has been disabled"),
    ),
    Cause(
        "channel-gone",
        Outcome.REFUSED,
        "the gateway can't find the channel that this task was drawn by",
        "Draw the prompt anew: job.again(); who runs the gateway can see what became of it.",
        ("get_channel_info_failed", "获取渠道信息失败", "无效的渠道", "invalid channel id"),
    ),
    Cause(
        "no-channel",
        Outcome.UNAVAILABLE,
        "the gateway has no server behind it for this kind of task now",
        _LATER,
        ("无可用渠道", "no available channel", "failed to get available channel"),
    ),
    Cause(
        "gateway-database",
        Outcome.REFUSED,
        "the gateway's own records are damaged",
        _ITS_OWNER,
        ("数据库一致性已被破坏", "database consistency has been", "database query error"),
    ),
    # -- tokens: who asks --
    Cause(
        "token-used-up",
        Outcome.NO_CREDIT,
        "the token has nothing left to spend",
        "Raise the token's limit on the gateway, or set another one: %mj login.",
        (
            "该令牌额度已用尽",
            "令牌额度不足",
            "TokenStatusExhausted",
            "token quota is not enough",
            "token quota is exhausted",
            "pre_consume_token_quota_failed",
        ),
    ),
    Cause(
        "token-expired",
        Outcome.UNAUTHORIZED,
        "the token has expired",
        _OTHER_TOKEN,
        ("该令牌已过期", "token has expired"),
    ),
    Cause(
        "token-disabled",
        Outcome.UNAUTHORIZED,
        "the token is switched off",
        "Switch it on at the gateway, or make a new one and set it: %mj login.",
        ("该令牌状态不可用", "token status is unavailable"),
    ),
    Cause(
        "token-address",
        Outcome.UNAUTHORIZED,
        "the token may not be used from this machine's address",
        "Add the address to the token's list on the gateway, or work on a machine that is on it.",
        ("不在令牌允许访问的列表中", "无法解析客户端 IP 地址"),
    ),
    Cause(
        "token-models",
        Outcome.UNAUTHORIZED,
        "the token is not allowed this kind of task (the gateway calls kinds models)",
        "Allow it in the token's settings on the gateway, or set a token without such limits.",
        ("该令牌无权访问", "该令牌无权使用", "token has no access to"),
    ),
    Cause(
        "token-group",
        Outcome.UNAUTHORIZED,
        "the token belongs to a group of users that is closed, or not yours",
        "Choose another group in the token's settings on the gateway.",
        (
            "无权访问 … 分组",
            "分组 … 已被禁用",
            "分组 … 已被弃用",
            "no permission to access this group",
        ),
    ),
    Cause(
        "token-channel",
        Outcome.UNAUTHORIZED,
        "only administrators may name a channel in the secret",
        "Leave out what stands behind the second - of the secret.",
        ("普通用户不支持指定渠道",),
    ),
    Cause(
        "token-unknown",
        Outcome.UNAUTHORIZED,
        "no such token is known there",
        "Copy it once more, whole, and set it: %mj login, or MJ_API_SECRET.",
        ("无效的令牌", "invalid token"),
    ),
    Cause(
        "token-missing",
        Outcome.UNAUTHORIZED,
        "it saw no token, or none that it takes",
        "Check MJ_API_SECRET; some gateways want it as Bearer: mj.configure(bearer=True).",
        ("未提供令牌", "token not provided", "authorization header missing", "未登录"),
    ),
    Cause(
        "user-locked",
        Outcome.UNAUTHORIZED,
        "your account there is locked for a while, because of banned words",
        "Wait, and leave such words out; who runs it can lift it.",
        ("账号已被临时封锁",),
    ),
    Cause(
        "user-disabled",
        Outcome.UNAUTHORIZED,
        "your account there is disabled",
        _ITS_OWNER,
        ("用户已被封禁", "user has been banned", "user has been disabled", "账号已禁用"),
    ),
    Cause(
        "user-disabled",
        Outcome.UNAUTHORIZED,
        "your account there is disabled",
        _ITS_OWNER,
        ("账号不可用",),
        statuses=(403,),
    ),
    Cause(
        "not-allowed",
        Outcome.UNAUTHORIZED,
        "that is for administrators there",
        "Ask with an administrator's secret, or ask who has one.",
        ("账号无权限", "无权进行此操作"),
    ),
    Cause(
        "demo-mode",
        Outcome.UNSUPPORTED,
        "it is a demonstration, which forbids that",
        "Use a server of your own for it.",
        ("演示模式，禁止操作",),
    ),
    # -- what is left to spend --
    Cause(
        "no-credit",
        Outcome.NO_CREDIT,
        "your account there has nothing left to spend",
        _TOP_UP,
        (
            "quota_not_enough",
            "用户额度不足",
            "余额不足",
            "预扣费额度失败",
            "user quota is not enough",
            "insufficient_user_quota",
            "insufficient quota",
        ),
    ),
    Cause(
        "daily-limit",
        Outcome.NO_CREDIT,
        "as many pictures as it allows were drawn",
        _NEXT_DAY,
        ("绘图次数已达上限",),
    ),
    # -- the proxy's accounts with Midjourney --
    Cause(
        "no-account",
        Outcome.UNAVAILABLE,
        "none of its Midjourney accounts is connected now",
        _LATER,
        ("无可用的账号", "no available account"),
    ),
    Cause(
        "account-offline",
        Outcome.UNAVAILABLE,
        "its Midjourney account that this needs is not connected now",
        _LATER,
        ("账号不可用", "实例不存在或不可用"),
    ),
    Cause(
        "service-down",
        Outcome.UNAVAILABLE,
        "its service is not available now",
        _LATER,
        ("服务暂不可用", "服务暂时不可用"),
    ),
    # -- no room --
    Cause(
        "queue-full",
        Outcome.QUEUE_FULL,
        "its queue is full",
        "Nothing was drawn; try again in a minute.",
        ("队列已满", "队列数已达上限", "并发数已达上限", "queue is full", "queue full"),
    ),
    Cause(
        "overloaded",
        Outcome.QUEUE_FULL,
        "it has too much to do for your group of users now",
        "Nothing was drawn; try again in a minute.",
        ("负载已饱和", "upstream load is saturated"),
    ),
    # -- tasks --
    Cause(
        "task-unknown",
        Outcome.TASK_UNKNOWN,
        "it knows no such task",
        "It may be too old, the proxy was restarted and forgot it, or it belongs to another user's"
        " token.",
        (
            "task_no_found",
            "task_not_found",
            "关联任务不存在",
            "任务不存在",
        ),
    ),
    Cause(
        "parent-unfinished",
        Outcome.REFUSED,
        "for it, the task above is not finished, or did not end well",
        "Wait a moment and press again.",
        ("task_status_not_success", "关联任务状态错误"),
    ),
    Cause(
        "parent-kind",
        Outcome.REFUSED,
        "that can't be made of a task of this kind",
        "Press one of the buttons that the task has: job.buttons.",
        ("关联任务不允许执行变化",),
    ),
    # -- what a server does not do at all --
    Cause(
        "unknown-button",
        Outcome.UNSUPPORTED,
        "this server does not take that button",
        "Other buttons work; the panel marks this one.",
        ("unknown_action", "未知的 Action 类型"),
    ),
    Cause(
        "no-reroll",
        Outcome.UNSUPPORTED,
        "it does not draw tasks of this kind again by their button",
        "Draw the prompt anew: job.again().",
        ("该任务不支持重新生成",),
    ),
    Cause(
        "no-remix",
        Outcome.UNSUPPORTED,
        "remix is switched off for its account",
        _ASK_FOR_IT,
        ("当前账号不支持 remix",),
    ),
    Cause(
        "no-edits",
        Outcome.UNSUPPORTED,
        "its account can't edit pictures",
        _ASK_FOR_IT,
        ("当前账号不支持编辑/重绘任务",),
    ),
    Cause("no-video", Outcome.UNSUPPORTED, "it makes no videos", _ASK_FOR_IT, ("视频功能未启用",)),
    Cause("no-uploads", Outcome.UNSUPPORTED, "it takes no pictures", _ASK_FOR_IT, ("禁止上传",)),
    Cause(
        "no-service",
        Outcome.UNSUPPORTED,
        "it does not offer that",
        _ASK_FOR_IT,
        ("服务不支持",),
    ),
    # -- seeds --
    Cause(
        "no-private-channel",
        Outcome.UNSUPPORTED,
        "no private channel with the bot is set up there, which a seed needs",
        _ASK_FOR_IT,
        ("请配置私聊频道",),
    ),
    Cause(
        "no-seed",
        Outcome.REFUSED,
        "the bot did not tell the seed in time",
        "Ask again in a minute: job.seed().",
        ("未找到 seed",),
    ),
    # -- what was asked --
    Cause(
        "banned-word",
        Outcome.BANNED,
        "the prompt may hold a word that is not allowed",
        _OTHER_WORDS,
        ("可能包含敏感词",),
        codes=(24,),
    ),
    Cause(
        "banned-word",
        None,
        "the prompt may hold a word that is not allowed",
        _OTHER_WORDS,
        ("可能包含敏感词", "banned prompt"),
    ),
    Cause(
        "no-picture",
        Outcome.REFUSED,
        "a picture is missing",
        "Give it, as a path, bytes, an image or a link.",
        (
            "base64不能为空",
            "base64或link不能为空",
            "image或prompt不能为空",
            "人脸图片不能为空",
            "目标图片不能为空",
            "target_base64_is_required",
        ),
    ),
    Cause(
        "no-prompt",
        Outcome.REFUSED,
        "there is no prompt",
        "Write one.",
        ("prompt不能为空", "prompt 不能为空", "prompt_is_required"),
    ),
    Cause(
        "same-pictures",
        Outcome.REFUSED,
        "the face and the picture it goes into are one and the same",
        "Give two different ones.",
        ("人脸图片和目标图片不能相同",),
    ),
    Cause(
        "picture-count",
        Outcome.REFUSED,
        "there are too few pictures, or too many",
        "A blend takes two to five.",
        ("base64List参数错误", "图片参数错误"),
    ),
    Cause(
        "picture-form",
        Outcome.REFUSED,
        "it can't read a picture as it was sent",
        "Save it as PNG or JPEG, below 4 MB, and ask again.",
        ("base64格式错误", "base64 参数错误"),
    ),
    Cause(
        "bad-link",
        Outcome.REFUSED,
        "it can't use the link to a picture",
        "Give the picture itself instead of a link.",
        ("链接格式错误",),
    ),
    Cause(
        "bad-dimensions",
        Outcome.REFUSED,
        "it does not know the shape that was asked for",
        "Give SQUARE, PORTRAIT or LANDSCAPE.",
        ("dimensions参数错误",),
    ),
    Cause(
        "long-state",
        Outcome.REFUSED,
        "the state that goes with the request is too long",
        "Give at most 255 letters.",
        ("State参数过长",),
    ),
    Cause(
        "bad-request",
        Outcome.REFUSED,
        "a part of the request is missing, or not as it wants it",
        _NOT_OURS,
        (
            "taskId不能为空",
            "参数错误",
            "任务类型错误",
            "bind_request_body_failed",
            "index_is_required",
            "action_is_required",
            "task_id_is_required",
            "custom_id_is_required",
            "content_is_required",
            "_parse_failed",
            "无效的请求",
        ),
    ),
    # -- the proxy, Discord and Midjourney; mostly said of tasks --
    Cause(
        "system-error",
        Outcome.REFUSED,
        "the proxy broke down over it",
        "Try again in a moment; if it stays so, tell who runs it.",
        ("提交失败，系统异常", "提交Imagine任务异常", "未知错误，请稍后重试"),
    ),
    Cause(
        "discord-key",
        None,
        "Discord does not let the proxy's account in any more",
        "Who runs the proxy must give it a new Discord token; mj.doctor() looks at its accounts.",
        ("401: unauthorized", "401 unauthorized"),
    ),
    Cause(
        "discord-rate",
        None,
        "Discord wants fewer requests from the proxy's account",
        "It gave no picture; wait some minutes, then draw it again: job.again().",
        ("rate limit", "too many requests", "retry_after"),
    ),
    Cause(
        "discord-form",
        None,
        "Discord did not take the prompt as it is: too long, or with a sign it refuses",
        "Make it shorter, or simpler.",
        ("invalid form body",),
    ),
    Cause(
        "discord-upload",
        None,
        "the proxy could not hand the picture on to Discord",
        "Save it as PNG or JPEG, below 4 MB, and try again.",
        ("上传图片到discord失败",),
    ),
    Cause(
        "upstream-timeout",
        None,
        "the gateway heard nothing of it for an hour",
        "Look at the picture on the proxy behind it, or draw it again: job.again().",
        ("上游任务超时",),
    ),
    Cause(
        "discord-timeout",
        None,
        "Discord or Midjourney did not answer the proxy in time",
        "It may be drawn at Midjourney all the same; here, draw it again: job.again().",
        ("任务超时", "执行超时", "任务提交超时", "未找到消息"),
    ),
    Cause(
        "discord-down",
        None,
        "Discord, or the proxy itself, broke down over it",
        _AGAIN,
        ("internal server error", "服务异常", "操作失败", "service unavailable", "bad gateway"),
    ),
    Cause(
        "bad-parameter",
        None,
        "Midjourney does not take a parameter of the prompt",
        "Look at what stands behind -- in the prompt.",
        ("invalid parameter", "unrecognized parameter"),
    ),
    Cause(
        "bad-picture-link",
        None,
        "Midjourney could not fetch a picture of the prompt",
        "Give the picture itself instead of a link, as PNG or JPEG.",
        ("invalid link",),
    ),
    Cause(
        "image-denied",
        None,
        "Midjourney's filter does not let the picture through",
        "Take another picture or other words.",
        ("image denied",),
    ),
    Cause(
        "action-needed",
        None,
        "Midjourney wants something of the account's owner first",
        "Who runs the proxy must look into the account's Discord, and answer there.",
        ("action needed to continue",),
    ),
    Cause(
        "not-completed",
        None,
        "Midjourney could not complete it",
        _AGAIN,
        ("could not complete",),
    ),
    Cause(
        "cancelled",
        None,
        "it was cancelled",
        "Draw it again if you want it: job.again().",
        ("取消任务", "强制取消"),
    ),
    # -- told by the HTTP status alone --
    Cause(
        "payment",
        Outcome.NO_CREDIT,
        "it wants to be paid first",
        _TOP_UP,
        statuses=(402,),
    ),
    Cause(
        "too-large",
        Outcome.REFUSED,
        "the pictures are too large for it",
        "Save them smaller and ask again.",
        statuses=(413,),
    ),
    Cause(
        "busy",
        Outcome.QUEUE_FULL,
        "it gets more requests than it takes",
        "Nothing was drawn; try again in a minute.",
        statuses=(429,),
    ),
    Cause(
        "no-endpoint",
        None,
        "the base URL is wrong, or the server lacks this one endpoint",
        "Check the base URL (what stands before /mj); not every proxy offers everything.",
        statuses=(404, 405),
        codes=(None,),
    ),
    # A gateway gave up on the server behind it, which may have got the request all the same.
    Cause(
        "upstream-down",
        Outcome.UNKNOWN,
        "it could not reach the server behind it",
        "Try again in a moment; look at the tasks of the proxy first if this was a submit.",
        statuses=(502, 504, *range(520, 528)),
    ),
)

CAUSE = {cause.name: cause for cause in reversed(CAUSES)}
CAUSE_OF_STATUS = {
    status: cause for cause in CAUSES if not cause.words for status in cause.statuses
}
