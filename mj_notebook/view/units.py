"""Numbers as people say them: durations, time left, sizes, ratings."""

from mj_notebook.language import gettext
from mj_notebook.store.annotation_values import BEST


def duration(seconds: float) -> str:
    """Say how long something took: "0.4 s", "42 s", "1 min 12 s", "2 h 3 min"."""
    # What would be rounded to "1.0 s" is written as a whole second.
    if seconds < 0.95:
        return gettext("{seconds} s").format(
            seconds=f"{max(seconds, 0):.1f}" if seconds >= 0.05 else 0
        )
    whole = round(seconds)
    if whole < 60:
        return gettext("{seconds} s").format(seconds=whole)
    if whole < 3600:
        minutes, seconds = divmod(whole, 60)
        words = gettext("{minutes} min {seconds} s") if seconds else gettext("{minutes} min")
        return words.format(minutes=minutes, seconds=seconds)
    hours, minutes = divmod(whole // 60, 60)
    words = gettext("{hours} h {minutes} min") if minutes else gettext("{hours} h")
    return words.format(hours=hours, minutes=minutes)


def time_left(seconds: float) -> str:
    """Say how long it will still take, no more exactly than it can be known."""
    if seconds < 5:
        return gettext("a few seconds left")
    if seconds < 60:
        # In steps of five, so that the words don't change with each tick.
        return gettext("about {seconds} s left").format(seconds=5 * max(1, round(seconds / 5)))
    # From here on minutes round to two.
    if seconds < 100:
        return gettext("about a minute left")
    return gettext("about {minutes} min left").format(minutes=round(seconds / 60))


def stars(rating: int | None) -> str:
    """Show a rating of 1 to 5, "" without one."""
    # A rating of an imported file may be any number; only 1 to 5 are stars.
    return "★" * rating + "☆" * (BEST - rating) if rating and 0 < rating <= BEST else ""


def percentage(percent: float) -> str:
    """Write a percentage as it is shown."""
    return f"{percent:.0f} %"
