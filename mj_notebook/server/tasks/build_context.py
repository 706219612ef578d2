"""What a task's picture is built from; the builders of images and of videos share it."""

from dataclasses import dataclass
from functools import cached_property

from mj_notebook.prompt.parse import Prompt
from mj_notebook.server.backends.image_specs import ImageSpec
from mj_notebook.server.engine.task_record import TaskRecord


@dataclass(frozen=True)
class BuildContext:
    """
    Everything that decides what a task's picture shows.

    Attributes:
        parent_context: What that was built from: drawing again builds it anew with another seed.
        has_engine: Whether an engine draws it: then what it comes from are pixels, and no world
            goes on beyond their frame.
    """

    record: TaskRecord
    seed: int
    parent_spec: ImageSpec | None = None
    parent_context: "BuildContext | None" = None
    has_engine: bool = False

    # Parsed once: drawing again asks for it at every step of the way back.
    @cached_property
    def prompt(self) -> Prompt:
        """The task's prompt, taken apart."""
        return Prompt.parse(self.record.prompt)

    @property
    def has_answer(self) -> bool:
        """Whether a window was answered, so that the prompt may be another than the parent's."""
        return self.record.answer is not None
