"""Numbers as people say them: durations, time left, sizes, ratings."""

from mj_notebook.store.annotation_values import BEST


def duration(seconds: float) -> str:
    """Say how long something took: "0.4 s", "42 s", "1 min 12 s", "2 h 3 min"."""
    if seconds < 0.95:
        return f"{max(seconds, 0):.1f} s" if seconds >= 0.05 else "0 s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole // 60, "min", whole % 60, "s")
    return _two(whole // 3600, "h", whole % 3600 // 60, "min")


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"


def time_left(seconds: float) -> str:
    """Say how long it will still take, no more exactly than it can be known."""
    if seconds < 5:
        return "a few seconds left"
    if seconds < 60:
        return f"about {5 * max(1, round(seconds / 5))} s left"
    if seconds < 100:
        return "about a minute left"
    return f"about {round(seconds / 60)} min left"


def stars(rating: int | None) -> str:
    """Show a rating of 1 to 5, "" without one."""
    return "★" * rating + "☆" * (BEST - rating) if rating and 0 < rating <= BEST else ""


def percentage(percent: float) -> str:
    """Write a percentage as it is shown."""
    return f"{percent:.0f} %"
