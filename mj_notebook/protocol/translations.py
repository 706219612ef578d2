"""What servers of the family say in Chinese, in English (protocol/README.md, appendix B)."""

_KNOWN = {
    # Each before what is a part of it.
    "提交失败，队列已满": "its queue is full",
    "队列已满": "its queue is full",
    "队列数已达上限": "its queue is full",
    "并发数已达上限": "too many tasks run at once",
    "提交失败，系统异常": "the submit failed in its system",
    "未知错误": "an unknown error",
    "可能包含敏感词": "the prompt may hold a banned word",
    "请勿使用违规词作图": "the account is locked for a while, for banned words",
    "无可用的账号": "no account is available",
    "账号已禁用": "the account is switched off",
    "账号无权限": "the account may not do this",
    "账号不可用": "the account is not available",
    "实例不存在或不可用": "there is no such account, or it is not available",
    "关联任务不存在": "it does not know the task, or no longer",
    "任务不存在": "it does not know the task",
    "任务已存在": "the task exists already",
    "关联任务状态错误": "the task is in the wrong state for this",
    "关联任务不允许执行变化": "the task can't be varied",
    "该任务不支持重新生成": "the task can't be drawn again",
    "该任务所属渠道已被禁用": "the channel of the task is switched off",
    "任务类型错误": "the task is of the wrong kind",
    "未知的 Action 类型": "it does not know this button",
    "base64格式错误": "the picture is not in a form it reads",
    "base64或link不能为空": "a picture or a link is missing",
    "base64不能为空": "the picture is missing",
    "图片参数错误": "it takes 2 to 5 pictures",
    "链接格式错误": "the link is not in a form it reads",
    "image或prompt不能为空": "the picture or the prompt is missing",
    "人脸图片和目标图片不能相同": "the face and the picture must differ",
    "人脸图片不能为空": "the picture of the face is missing",
    "目标图片不能为空": "the picture that gets the face is missing",
    "taskId不能为空": "the task is missing",
    "prompt不能为空": "the prompt is empty",
    "Prompt 不能为空": "the prompt is empty",
    "传入的prompt有误": "the prompt is wrong",
    "State参数过长": "the state is too long",
    "参数错误": "a value is wrong",
    "禁止上传": "it takes no uploads",
    "上传图片到discord失败": "the picture could not be uploaded to Discord",
    "当前账号不支持编辑/重绘任务": "its account can't edit pictures",
    "当前账号不支持 remix": "its account has Remix mode switched off",
    "视频功能未启用": "it makes no videos",
    "服务不支持": "it does not offer this",
    "请配置私聊频道": "its private channel is not set up",
    "超时，未找到": "Discord did not answer in time",
    "演示模式，禁止操作": "it is in demo mode, where this is not allowed",
    "强制取消": "the task was cancelled by force",
    "取消任务": "the task was cancelled",
    "上游任务超时": "the server behind it took over an hour",
    "任务提交超时": "the submit took too long",
    "任务超时": "the task took too long",
    "执行超时": "the task took too long",
    "获取渠道信息失败": "it does not find the channel of the task",
    "负载已饱和": "it is at full load",
    "无可用渠道": "it has nobody to ask",
    "未提供令牌": "the secret is missing",
    "无效的令牌": "the secret is wrong",
    "未登录": "nobody is logged in",
    "操作失败": "it failed",
    "今日绘图次数已达上限": "today's limit is reached",
    "总绘图次数已达上限": "the limit of all pictures is reached",
    "服务暂不可用": "it is not available now",
    "服务暂时不可用": "it is not available now",
    "服务异常": "it has a fault",
    "余额不足": "the balance is too low",
    "系统错误": "it has a fault",
    "提交Imagine任务异常": "the submit failed in its system",
}


def quote(words: str) -> str:
    """Return a server's *words* in quotes, behind what they say where they are Chinese we know."""
    quoted = f"“{words.rstrip('.')}”"
    return f"{english} ({quoted})" if (english := in_english(words)) else quoted


def in_english(words: str) -> str:
    """Return what a server's *words* say, "" where that is not known, or is English already."""
    return next((english for chinese, english in _KNOWN.items() if chinese in words), "")
