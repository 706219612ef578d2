"""Write the catalogues anew, with what is shown today: ``python -m tests.language``."""

from tests.docs import words
from tests.docs.written import WRITERS
from tests.language.messages import CATALOGUE, compiled, messages, renewed, written

if __name__ == "__main__":
    reference = renewed(words.CATALOGUE, words.asked_for(*WRITERS))
    words.CATALOGUE.write_bytes(written(reference))
    catalogue = renewed(CATALOGUE, messages())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(written(catalogue))
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(catalogue))
    for message in (*catalogue, *reference):
        if message.id and not message.string:
            print(f"Not translated: {message.id!r}")
