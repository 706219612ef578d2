"""What the tests of this folder share."""

from collections.abc import Iterator

import pytest

from mj_notebook.settings.language import catalogue


@pytest.fixture
def chinese() -> Iterator[None]:
    """Speak Chinese while a test runs."""
    catalogue.speak("zh")
    yield
    catalogue.speak(catalogue.ENGLISH)
