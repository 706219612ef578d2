"""Write the catalogues anew, with what is shown today: ``python -m tests.language``."""

from tests.language.messages import CATALOGUE, compiled, messages, renewed, written

if __name__ == "__main__":
    catalogue = renewed(CATALOGUE, messages())
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(written(catalogue))
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(catalogue))
    for message in catalogue:
        if message.id and not message.string:
            print(f"Not translated: {message.id!r}")
