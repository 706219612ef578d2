"""What a program of somebody else sees of the installed package: checked by mypy and pyright."""

import mj_notebook as mj


def drawn(words: list[str]) -> list[str]:
    """Draw a grid for each word and say where the pictures lie."""
    jobs = [mj.imagine(f"a {word} at dusk", ar="3:2", seed=7) for word in words]
    return [str(job.save()) for job in jobs]


def spent() -> mj.Spend:
    """Tell what was spent, by notebook."""
    return mj.spend(by="notebook")


def reason(task: str) -> str:
    """Say why a task came to nothing."""
    try:
        mj.job(task).wait()
    except mj.TaskFailed as error:
        return f"{error.hint} ({error.cause})"
    return ""
