"""What lint found, in the language of who reads it."""

from collections.abc import Iterable
from dataclasses import replace

from mj_notebook.language import gettext, spoken
from mj_notebook.prompt.findings import Finding, Told


def retold(text: str) -> str:
    """Return a sentence in the language in force; what is no sentence of ours stays as it is."""
    if not isinstance(text, Told):
        return gettext(text)
    values = {
        name: retold(value) if isinstance(value, Told) else value
        for name, value in text.values.items()
    }
    return gettext(text.template).format(**values) if values else gettext(text.template)


def in_language(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return *findings* with what they say in the language in force."""
    if spoken() == "en":
        return tuple(findings)
    return tuple(
        replace(
            one,
            message=retold(one.message),
            advice=retold(one.advice),
            heading=retold(one.label),
        )
        for one in findings
    )
