"""One task as the server knows it: its record, and all that is derived from it without a clock."""

import base64
import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

from mj_notebook.prompt.parameters import DEMO_VERSION
from mj_notebook.prompt.parse import Prompt, seed_of, version_of
from mj_notebook.protocol.models import Button
from mj_notebook.protocol.vocabulary import BotType
from mj_notebook.server.backends.backend import Capabilities
from mj_notebook.server.backends.image_specs import GeneratedSpec, ImageSpec
from mj_notebook.server.backends.painter_backend import PainterBackend
from mj_notebook.server.engine.ledger import Accepted
from mj_notebook.server.engine.task_record import FIRST_KINDS, TaskRecord, job_uuid
from mj_notebook.server.tasks.build_context import BuildContext
from mj_notebook.server.tasks.image_builders import KINDS_FROM_PROMPT, build_spec
from mj_notebook.server.tasks.next_buttons import next_buttons
from mj_notebook.server.tasks.text_results import TextResult, text_result_of

PAINTER_CAN = PainterBackend().capabilities()
_NIJI_VERSION = "niji 7"
_KINDS_WITH_PROMPTS = FIRST_KINDS | KINDS_FROM_PROMPT
# What the bot is told of pictures by links in front of the prompt (protocol/README.md §16.4).
_KINDS_WITH_LINKS = frozenset({"imagine", "blend"})
# Snowflakes of that chat service count milliseconds from the first second of 2015.
_DISCORD_EPOCH = 1_420_070_400_000


@dataclass(frozen=True)
class ServerTask:
    """
    A task without time: its record, and what is made of it, each derived once.

    Attributes:
        parent: The same of the task whose button was pressed.
        can: What may be asked for next.
    """

    record: TaskRecord
    parent: "ServerTask | None" = None
    can: Capabilities = PAINTER_CAN

    # Cached, as the record's: polls ask for it a thousand times a second.
    @cached_property
    def id(self) -> str:
        """The task's id."""
        return self.record.id

    @property
    def accepted(self) -> Accepted:
        """What was asked for."""
        return self.record.accepted

    @cached_property
    def final_prompt(self) -> str:
        """The prompt with the version that the bot adds."""
        record = self.record
        if self.text:
            return self.text.requested
        # Videos: their parameters follow from other keys, and no version is added.
        if self.accepted.added:
            return f"{record.prompt} {self.accepted.added}".lstrip()
        if self.accepted.kind == "swap_face":
            return record.prompt
        if self.keeps_prompt and self.parent:
            return self.parent.final_prompt
        words = " ".join((*map(_short_link, self.sent_pictures), record.prompt)).strip()
        parsed = Prompt.parse(record.prompt)
        has_version = parsed.value("version") or parsed.value("niji") is not None
        # The version is of a bot that has no part in what an engine draws.
        if has_version or self.accepted.engine:
            return words
        added = "--niji 7" if self._is_niji else "--v 7.0"
        return f"{words} {added}".lstrip()

    @property
    def keeps_prompt(self) -> bool:
        """Whether it has the prompt of its parent, which nobody wrote anew."""
        has_own = self.accepted.kind in _KINDS_WITH_PROMPTS or self.record.answer
        return bool(self.parent) and not has_own

    @cached_property
    def sent_pictures(self) -> tuple[str, ...]:
        """The pictures that came with its prompt; those it links to stand in it already."""
        accepted = self.accepted
        if accepted.kind not in _KINDS_WITH_LINKS:
            return ()
        return tuple(name for name in accepted.pictures if name not in accepted.prompt)

    @cached_property
    def text(self) -> TextResult | None:
        """The text it results in, where it writes and doesn't draw."""
        return text_result_of(self.record)

    @property
    def window_prompt(self) -> str:
        """What its window shows before anybody writes in it."""
        if self.parent is None or self._is_from_prompt:
            return self.record.prompt
        return self.parent.final_prompt

    @property
    def _is_from_prompt(self) -> bool:
        """Whether it is drawn from words alone, and nothing of the parent goes into it."""
        return self.accepted.kind in KINDS_FROM_PROMPT

    @property
    def _is_niji(self) -> bool:
        return self.accepted.bot == BotType.NIJI_JOURNEY

    @cached_property
    def version(self) -> str:
        """The model that draws it: "7", "6.1", "niji 6", …."""
        default = _NIJI_VERSION if self._is_niji else DEMO_VERSION
        version = version_of(Prompt.parse(self.final_prompt), default)
        return _NIJI_VERSION if version == "niji" else version

    @cached_property
    def seed(self) -> int:
        """The seed it was drawn from: the prompt's own, the parent's for one of its pictures."""
        if self.spec and self.spec.is_single and self.parent:
            return self.parent.seed
        return self._own_seed

    @cached_property
    def engine(self) -> str:
        """What drew its picture, "" for the painter: an upscale shows what its parent's drew."""
        is_shown = isinstance(self.spec, GeneratedSpec) and bool(self.spec.drawn)
        shown = self.parent.engine if self.parent and is_shown else ""
        return self.accepted.engine or shown

    @property
    def has_seed(self) -> bool:
        """Whether the seed has a part in what was drawn: not every engine takes one."""
        return not self.engine or "seed" in self.can.parameters

    @property
    def _own_seed(self) -> int:
        # Only a first drawing takes the prompt's seed: drawing again with it would draw the same.
        wanted = seed_of(Prompt.parse(self.record.prompt)) if self._is_from_prompt else None
        return stable_number(self.id, "seed") % 2**32 if wanted is None else wanted

    @cached_property
    def spec(self) -> ImageSpec | None:
        """What its picture shows; None where there is none."""
        if taken := self.record.taken:
            spec = ServerTask(taken, self.parent, self.can).spec
        else:
            spec = build_spec(self.build_context)
        drawn = self.record.drawn
        if drawn is None or not drawn.pictures or not isinstance(spec, GeneratedSpec):
            return spec
        return replace(spec, drawn=drawn.pictures, pixels=(drawn.width, drawn.height))

    @property
    def build_context(self) -> BuildContext:
        """What its picture is built from."""
        parent = self.parent
        return BuildContext(
            self.record,
            self._own_seed,
            parent_spec=parent.spec if parent else None,
            parent_context=parent.build_context if parent else None,
            has_engine=bool(self.accepted.engine),
        )

    @cached_property
    def uuid(self) -> str:
        """The job's uuid (messageHash), which its buttons carry."""
        return job_uuid(self.id)

    @cached_property
    def buttons(self) -> tuple[Button, ...]:
        """The buttons it has once it has succeeded."""
        if self.text:
            return self.text.buttons
        return next_buttons(self.spec, uuid=self.uuid, version=self.version, can=self.can)

    def snowflake(self, purpose: str) -> str:
        """
        Return an id of a chat message as that service makes them: 19 digits that tell the time.

        Args:
            purpose: Which of the task's messages: each has an id of its own, always the same.
        """
        since = max(0, self.accepted.at - _DISCORD_EPOCH)
        return str(since << 22 | stable_number(self.id, purpose) % 2**22)


def _short_link(name: str) -> str:
    """Return the short address that the bot makes of a picture's, as its messages show it."""
    digest = hashlib.sha256(name.encode()).digest()
    return f"<https://s.mj.run/{base64.urlsafe_b64encode(digest[:8]).decode().rstrip('=')}>"


def stable_number(*words: str) -> int:
    """
    Return a large number that is always the same for the same words.

    Python's own hash differs from process to process, and a restarted server must give the same
    seeds and ids again.
    """
    digest = hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big")
