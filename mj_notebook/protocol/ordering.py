"""Which of two snapshots of a task is older: servers send them twice and out of order (sheet 6)."""

from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status

# A window may follow what looked like waiting (a gateway learns of it late), and waiting follows
# an answered window: neither is older than the other.
_RANKS: dict[str, int] = {Status.NOT_START: 0, Status.MODAL: 0, Status.SUBMITTED: 1}
_FINAL_RANK = 3
_OTHER_RANK = 2


def is_older(task: Task, known: Task) -> bool:
    """Tell whether *task* says what was so before *known*; the same said twice is not older."""
    ranks = _rank(task), _rank(known)
    if ranks[0] != ranks[1] or ranks[0] != _OTHER_RANK:
        return ranks[0] < ranks[1]
    now, before = task.percent, known.percent
    return now is not None and before is not None and now < before


def _rank(task: Task) -> int:
    return _FINAL_RANK if task.is_final else _RANKS.get(task.status, _OTHER_RANK)
