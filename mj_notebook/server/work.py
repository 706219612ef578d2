"""One task as the ledger tells it, and what follows from it without looking at the clock."""

import hashlib
import uuid
from dataclasses import dataclass
from functools import cached_property

from mj_notebook.prompt.parse import read_prompt, seed_of, version_of
from mj_notebook.protocol.models import Button
from mj_notebook.protocol.vocabulary import BotType
from mj_notebook.server.faults import Fault, fault_named, kept_faults
from mj_notebook.server.ledger import Accepted, Answered
from mj_notebook.server.making import DRAWN_FROM_WORDS, shot_of
from mj_notebook.server.offers import buttons_of
from mj_notebook.server.readings import Reading, reading_of
from mj_notebook.server.shots import Picture

DEFAULT_VERSION = "7"
_NIJI_VERSION = "niji 7"
_DISCORD_EPOCH = 1_420_070_400_000


@dataclass(frozen=True)
class Work:
    """
    A task without time.

    Attributes:
        answer: What its window was answered with.
        cancelled_at: When it was cancelled, in epoch milliseconds.
    """

    accepted: Accepted
    parent: "Work | None" = None
    answer: Answered | None = None
    cancelled_at: int | None = None

    @property
    def id(self) -> str:
        """The task's id."""
        return self.accepted.id

    @property
    def is_quick(self) -> bool:
        """Whether it goes from SUBMITTED to its end without percentages, as U1 to U4 do."""
        return self.accepted.kind in {"upscale", "pick_film"}

    @cached_property
    def fails(self) -> str:
        """Why it ends badly, or ""."""
        if fault := fault_named(self.faults, "fail"):
            return fault.words
        return self.answer.fails if self.answer else self.accepted.fails

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What goes wrong with it on purpose; a window's answer has the first word."""
        answered = self.answer.faults if self.answer else ()
        return kept_faults((*answered, *self.accepted.faults))

    @cached_property
    def stops_at(self) -> int | None:
        """The percentage it never gets beyond, where a fault stops it."""
        fault = fault_named(self.faults, "fail") or fault_named(self.faults, "hang")
        return int(fault.number) if fault else None

    @property
    def prompt(self) -> str:
        """The prompt as a person wrote it: in the window, in the request, or for the parent."""
        return self.answer.prompt if self.answer else self.accepted.prompt

    @cached_property
    def final_prompt(self) -> str:
        """The prompt with the version that the bot adds."""
        if self.reading:
            return self.reading.told
        if self.accepted.added:
            return f"{self.prompt} {self.accepted.added}".lstrip()
        if self.accepted.kind == "swap_face":
            return self.prompt
        if self.parent and not self.answer and not self._is_fresh:
            return self.parent.final_prompt
        parsed = read_prompt(self.prompt)
        if parsed.value("version") or parsed.value("niji") is not None:
            return self.prompt
        added = "--niji 7" if self._is_niji else "--v 7.0"
        return f"{self.prompt} {added}".lstrip()

    @cached_property
    def reading(self) -> Reading | None:
        """What it tells, where it tells and doesn't draw."""
        return reading_of(self)

    @property
    def description(self) -> str:
        """What was asked for, written as a command."""
        return self.accepted.description.replace("{id}", self.id, self._is_named_by_id)

    @property
    def offer(self) -> str:
        """What its window shows before anybody writes in it."""
        if self.parent is None or self._is_fresh:
            return self.prompt
        return self.parent.final_prompt

    @property
    def _is_named_by_id(self) -> bool:
        # These commands hold no words of a person, so braces in them are ours.
        return self.accepted.kind in {"describe", "blend", "swap_face"}

    @property
    def _is_fresh(self) -> bool:
        """Whether it is drawn from words alone, and nothing of the parent goes into it."""
        return self.accepted.kind in DRAWN_FROM_WORDS

    @property
    def _is_niji(self) -> bool:
        return self.accepted.bot == BotType.NIJI_JOURNEY

    @cached_property
    def version(self) -> str:
        """The model that draws it: "7", "6.1", "niji 6", …."""
        default = _NIJI_VERSION if self._is_niji else DEFAULT_VERSION
        version = version_of(read_prompt(self.final_prompt), default)
        return _NIJI_VERSION if version == "niji" else version

    @cached_property
    def seed(self) -> int:
        """The seed it was drawn from: the prompt's own, the parent's for one of its pictures."""
        if self.shot and self.shot.is_single and self.parent:
            return self.parent.seed
        return self._fresh_seed

    @property
    def _fresh_seed(self) -> int:
        # Only a first drawing takes the prompt's seed: drawing again with it would draw the same.
        wanted = seed_of(read_prompt(self.prompt)) if self._is_fresh else None
        return chance_of(self.id, "seed") % 2**32 if wanted is None else wanted

    @cached_property
    def shot(self) -> Picture | None:
        """What its picture shows; None where there is none."""
        return shot_of(self, self._fresh_seed)

    @cached_property
    def uuid(self) -> str:
        """The job's uuid (messageHash), which its buttons carry."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"mj-notebook:{self.id}"))

    @cached_property
    def buttons(self) -> tuple[Button, ...]:
        """What it offers once it has succeeded."""
        return buttons_of(self)

    def snowflake(self, what: str) -> str:
        """Return a chat message's id as that service makes them: 19 digits that tell the time."""
        since = max(0, self.accepted.at - _DISCORD_EPOCH)
        return str(since << 22 | chance_of(self.id, what) % 2**22)


def chance_of(*words: str) -> int:
    """Return a large number that is always the same for the same words."""
    digest = hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big")
