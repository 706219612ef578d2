"""What a saved picture tells of itself, and how it is put into the file or left out."""

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mj_notebook._version import __version__
from mj_notebook.errors import UsageError
from mj_notebook.images.metadata.embed import (
    EMBEDDABLE_FORMATS,
    with_provenance,
    without_provenance,
)
from mj_notebook.language import translated
from mj_notebook.prompt.parse import Prompt, seed_of, version_of
from mj_notebook.protocol.media import media_of
from mj_notebook.settings.settings import Secret
from mj_notebook.view.record import MIME, public_record, without_secrets

if TYPE_CHECKING:
    from mj_notebook.view.facts import Facts

_NO_SECRET = Secret("")
GENERATOR = f"mj_notebook {__version__}"


def record_of(
    facts: "Facts", *, picture: bytes, number: int | None, parents: tuple[str, ...]
) -> dict[str, Any]:
    """
    Return what a file tells of the picture in it, free of secrets.

    What was pressed later is no part of it; where it came from is.
    """
    task = facts.task
    # What the server drew, where it tells: it may have added a version or a seed.
    prompt = Prompt.parse((task.final_prompt if task else None) or facts.prompt)
    return {
        "format": MIME,
        "generator": GENERATOR,
        # Of the bytes as served: the file has others, as the record itself is in it.
        "picture": hashlib.sha256(picture).hexdigest(),
        "number": number,
        "parents": list(parents),
        "parameters": without_secrets(" ".join(map(str, prompt.parameters))),
        "version": version_of(prompt, ""),
        "seed": facts.seed or seed_of(prompt),
        "custom_id": facts.custom_id,
        # Without children: the picture is handed on, what was made of it later is another's
        # business.
        "job": public_record(replace(facts, children=())),
    }


def with_record(
    content: bytes,
    facts: "Facts",
    *,
    served: bytes | None,
    number: int | None,
    parents: tuple[str, ...],
    strip: bool,
    secret: Secret = _NO_SECRET,
) -> bytes:
    """
    Return a file with its record, or with *strip* without anything that tells where it is from.

    Kinds of files that have no place for a record stay as they are.

    Raises:
        UsageError: The file is broken, or it would hold the secret.
    """
    # The bytes are looked through all the same: a server may have written its own text into them.
    if media_of(content) not in EMBEDDABLE_FORMATS:
        _refuse_secret(content, secret)
        return content
    if strip:
        return without_provenance(content)
    if _asks_with_secrets(facts):
        # Servers write the prompt into the picture as it was sent, keys and all.
        content = without_provenance(content)
        served = None
    picture = content if served is None else served
    record = record_of(facts, picture=picture, number=number, parents=parents)
    # Both parts, as either may hold it: what the server wrote, and what we write.
    for told in (content, json.dumps(record, ensure_ascii=False).encode(errors="surrogatepass")):
        _refuse_secret(told, secret)
    return with_provenance(content, record)


def _refuse_secret(content: bytes, secret: Secret) -> None:
    if secret.occurs_in(content):
        raise UsageError(
            translated(
                "The secret of the proxy stands in what the picture tells of its job; nothing was"
                " saved."
            ),
            hint=translated("Save the pixels alone: strip=True."),
        )


def _asks_with_secrets(facts: "Facts") -> bool:
    task = facts.task
    asked = (
        facts.prompt,
        task and task.prompt,
        task and task.prompt_en,
        task and task.final_prompt,
    )
    return any(text and without_secrets(text) != text for text in asked)
