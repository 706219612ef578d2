"""The words of the API."""

import pytest

from mj_notebook.protocol.vocabulary import FINAL, Status, is_final, status_of


@pytest.mark.parametrize("status", Status)
def test_the_seven_words_mean_themselves(status: Status) -> None:
    """A known status is its own meaning, in any case of letters."""
    assert status_of(status.value) is status
    assert status_of(status.value.lower()) is status


@pytest.mark.parametrize("status", Status)
def test_three_of_them_are_final(status: Status) -> None:
    """A task ends by success, failure or cancelling, and by nothing else."""
    assert is_final(status) == (status.value in {"SUCCESS", "FAILURE", "CANCEL"})
    assert is_final(status) == (status in FINAL)


def test_an_unknown_word_is_kept_and_not_final() -> None:
    """A new word of a server is shown as it is and the task followed on."""
    assert status_of("DREAMING") == "DREAMING"
    assert not is_final("DREAMING")
    assert status_of(None) is Status.NOT_START
