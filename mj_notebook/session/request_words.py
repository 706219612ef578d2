"""The words and the pictures of the next request: read, looked at, and named."""

import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mj_notebook.errors import PromptError, UsageError
from mj_notebook.images.data_urls import read_picture
from mj_notebook.images.displayed import is_picture, listed
from mj_notebook.images.sources import Fetch
from mj_notebook.language import translated
from mj_notebook.language.sentences import has_half
from mj_notebook.prompt.canonical import normalise
from mj_notebook.prompt.findings import Finding
from mj_notebook.prompt.lint import Checked, check_prompt
from mj_notebook.prompt.lint_case import Place
from mj_notebook.prompt.parse import Prompt
from mj_notebook.prompt.references import is_local_picture, references, takes_pictures
from mj_notebook.prompt.rules import RuleBook
from mj_notebook.session.references import HandedOver, stem_of
from mj_notebook.settings.paths import unquoted

_NONE: Mapping[str, Any] = MappingProxyType({})


class Gathered(NamedTuple):
    """What one request was made of: its pictures to hand over, what was found, and remarks."""

    handed: HandedOver
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]


class RequestWords:
    """
    Reads the words and pictures of one request after the other, and gathers what belongs to each.

    Args:
        fetch: Returns the bytes at an address, for pictures that are given as links.
        rules: What prompts are looked at by, None for the rules of this package.

    Attributes:
        handed: The pictures that the next request's prompt refers to.
    """

    def __init__(self, fetch: Fetch, rules: RuleBook | None) -> None:
        self._fetch, self._rules = fetch, rules
        self._remarks: list[str] = []
        self._findings: tuple[Finding, ...] = ()
        self.handed = HandedOver(self.picture)

    def gathered(self) -> Gathered:
        """Return what was gathered for the request that is made now, and begin anew."""
        found = Gathered(self.handed, self._findings, tuple(self._remarks))
        # A fresh one: what belongs to this request must not go with the next.
        self.handed, self._findings, self._remarks = HandedOver(self.picture), (), []
        return found

    def with_pictures_named(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return *parameters* with words for the pictures among their values."""
        return {
            name: self._named(value) if takes_pictures(name) else value
            for name, value in parameters.items()
        }

    def _named(self, value: Any, depth: int = 0) -> Any:
        value = listed(value)
        # A list holds pictures, or pairs of one and its weight; deeper there is none.
        if depth < 2 and isinstance(value, list | tuple | set | frozenset):
            return type(value)(self._named(one, depth + 1) for one in value)
        if isinstance(value, str) and value in self.handed.names:
            return value  # it was read, and its name may be that of no file
        is_path = isinstance(value, str) and is_local_picture(unquoted(value))
        if not is_path and not is_picture(value):
            return value
        path = os.fspath(value) if isinstance(value, str | os.PathLike) else ""
        return self.handed.add(value, stem_of(os.fsdecode(path)))

    def checked(
        self,
        prompt: str,
        place: Place,
        parameters: Mapping[str, Any],
        *,
        keeps_unreadable: bool = False,
    ) -> Checked:
        """Look at *prompt*, with a name in the place of each picture of this machine."""
        named = self.handed.named_in(prompt, keeps_unreadable=keeps_unreadable)
        place = place._replace(handed=self.handed.names)
        checked = check_prompt(named, place, self._rules, parameters)
        if checked.text == named:
            return checked
        # An odd dash may have kept a parameter from being seen.
        again = self.handed.named_in(checked.text, keeps_unreadable=keeps_unreadable)
        if again == checked.text:
            return checked
        return check_prompt(again, place._replace(handed=self.handed.names), self._rules)

    def words(
        self,
        prompt: str,
        place: Place | None,
        parameters: Mapping[str, Any] = _NONE,
        *,
        is_forced: bool = False,
    ) -> str:
        """
        Check that *prompt* can be sent, and write it as servers find it again.

        What lint finds in it goes with the next submission.

        Args:
            prompt: As it was typed or pasted.
            place: Where it is used; None where parameters are not read.
            parameters: Others, in place of what it has.
            is_forced: Whether a picture that can't be read stays the word that it is.
        """
        if not prompt_text(prompt).strip():
            raise PromptError(
                translated("The prompt is empty."), hint=translated("Write what should be drawn.")
            )
        if has_half(prompt):
            raise PromptError(
                translated("The prompt holds half of a sign, which can't be sent."),
                hint=translated("Write the sign again; emoji can break when they are cut."),
                prompt=prompt,
                position=next(at for at, sign in enumerate(prompt) if has_half(sign)),
            )
        if place is None:
            text = normalise(prompt)
            if local := next((one for one in references(text) if is_local_picture(one.word)), None):
                raise PromptError(
                    translated(
                        "{file} is a picture here, and a shorten reads words.",
                        file=stem_of(local.word),
                    ),
                    hint=translated("Leave it out."),
                    prompt=text,
                    position=local.start,
                )
            if not Prompt.parse(text).text:
                raise PromptError(
                    translated("There are no words to shorten."), hint=translated("Write some.")
                )
            return text
        # Forced, it is sent as it is written: a path that can't be read is a word then.
        checked = self.checked(prompt, place, parameters, keeps_unreadable=is_forced)
        if not checked.text:
            raise PromptError(
                translated("The prompt is empty."), hint=translated("Write what should be drawn.")
            )
        self._findings = checked.findings
        return checked.text

    def picture(self, picture: object) -> str:
        """Return *picture*, in whatever form it is, as a data URL; what was changed is a remark."""
        given = read_picture(picture, fetch=self._fetch)
        if given.note:
            self._remarks.append(given.note)
        return given.url


def prompt_text(prompt: object) -> str:
    """Return *prompt*, which a person gave."""
    if not isinstance(prompt, str):
        if isinstance(getattr(prompt, "prompt", None), str):  # a job, or a request
            hint = translated("What was asked there is its .prompt.")
        elif isinstance(prompt, bytes):
            hint = translated("Decode it: prompt.decode().")
        else:
            several = isinstance(prompt, Iterable)
            hint = (
                translated("Several prompts are a batch: mj.batch([…]).")
                if several
                else translated("Give a text.")
            )
        raise UsageError(
            translated("The prompt can't be {kind}: it is a text.", kind=type(prompt).__name__),
            hint=hint,
        )
    return prompt
