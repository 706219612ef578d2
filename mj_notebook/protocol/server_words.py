"""What servers say, told in the reader's language, with their own words behind it in quotes."""

from mj_notebook.language.catalogue import gettext, marked, spoken
from mj_notebook.protocol.causes import WITHOUT_CAUSE
from mj_notebook.protocol.outcomes import cause_of


def meaning_of(words: str) -> str:
    """Return what a server's *words* say, "" where that is not known, or is plain already."""
    if words.isascii() or spoken() == "zh":
        return ""
    if cause := cause_of(words):
        return gettext(cause.meaning)
    return next(
        (gettext(english) for chinese, english in WITHOUT_CAUSE.items() if chinese in words), ""
    )


def quote(words: str) -> str:
    """Return a server's *words* in quotes, behind what they say where they are Chinese we know."""
    quoted = f"“{words.rstrip('.')}”"
    return f"{meaning} ({quoted})" if (meaning := meaning_of(words)) else quoted


def failure_text(reason: str) -> tuple[str, str]:
    """Return what to say of a task that failed for *reason*, the server's words, and what to do."""
    cause = cause_of(reason)
    if cause is None:
        said = quote(reason) if reason else ""
    else:
        said = f"{gettext(cause.meaning)}{gettext(': ')}“{reason.rstrip('.')}”"
    if not said:
        what = gettext("The proxy failed the task.")
    else:
        what = gettext("The proxy failed the task: {why}.").format(why=said)
    advice = (
        cause.advice if cause else marked("It gave no picture; change the prompt or try again.")
    )
    return what, gettext(advice)
