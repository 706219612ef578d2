"""The one account of this server: its record, and which filters choose it."""

from dataclasses import dataclass

from mj_notebook.protocol.models import Account
from mj_notebook.protocol.requests import AccountFilter
from mj_notebook.protocol.vocabulary import Mode

ACCOUNT_ID = "1118000000000000001"
"""The account's id, in the form of that chat service's ids."""

ACCOUNT_NAME = "demo"

_GUILD = "1117000000000000001"
_REMARK = "The demo server's own account"
# As plus has it; this server's own tasks never time out.
_TIMEOUT_MINUTES = 5
_SPEEDS = {mode.name: mode for mode in Mode}


class NoAccount(Exception):
    """A filter chooses none of the accounts."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """
    The account all tasks run on.

    Attributes:
        remix: Whether it is in Remix mode; it never submits a remix by itself.
    """

    core_size: int
    queue_size: int
    remix: bool = False

    @property
    def record(self) -> Account:
        """What clients may know of it (protocol/README.md §1.19); there is no login in it."""
        return Account(
            id=ACCOUNT_ID,
            name=ACCOUNT_NAME,
            guild_id=_GUILD,
            channel_id=ACCOUNT_ID,
            enable=True,
            core_size=self.core_size,
            queue_size=self.queue_size,
            timeout_minutes=_TIMEOUT_MINUTES,
            remark=_REMARK,
            remix_auto_submit=False,
        )

    def choose(self, wanted: AccountFilter | None) -> Mode | None:
        """
        Return the speed that *wanted* asks for, the first it names.

        Raises:
            NoAccount: This is not what is wanted, and there is no other.
        """
        if wanted is None:
            return None
        speeds = [_SPEEDS[word.upper()] for word in wanted.modes if word.upper() in _SPEEDS]
        suits = (
            wanted.instance_id in {None, ACCOUNT_ID},
            wanted.channel_id in {None, ACCOUNT_ID},
            # Words that are no mode are ignored, unless nothing else is left.
            bool(speeds) or not wanted.modes,
            wanted.remark is None or wanted.remark in _REMARK,
            # The plus proxy's remixAutoConsidered is about accounts that submit a remix by
            # themselves, so it makes no difference here (protocol/README.md §1.1).
            wanted.remix in {None, self.remix},
            wanted.niji_remix in {None, self.remix},
        )
        if not all(suits):
            raise NoAccount
        return next(iter(speeds), None)
