"""What people write for the options of requests."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.protocol.requests import AccountFilter
from mj_notebook.session import request_options as options


def test_accounts_are_chosen_in_either_spelling() -> None:
    """Our names and the wire's mean the same account, and one mode needs no list."""
    ours = options.filter_of({"instance_id": "7", "modes": "fast"})
    assert ours == options.filter_of({"instanceId": "7", "modes": ["FAST"]})
    assert isinstance(ours, AccountFilter)
    with pytest.raises(UsageError, match="instance"):
        options.filter_of({"instances": "7"})
    with pytest.raises(UsageError) as caught:
        options.filter_of({"nope": 1})
    assert str(caught.value).count("remix,") == 1
    with pytest.raises(UsageError, match="so many digits"):
        options.filter_of({"modes": [10**5000]})


def test_films_are_counted_and_called_as_on_the_wire() -> None:
    """People count from 1 and say how high a film is; the wire counts from 0 and has names."""
    assert [options.film_index(number) for number in (1, 4)] == [0, 3]
    assert options.video_model(720) == "vid_1.1_i2v_720"
    for wrong in (lambda: options.film_index(5), lambda: options.video_model(1080)):
        with pytest.raises(UsageError):
            wrong()


@pytest.mark.parametrize("text", ["ftp://a/b", "kite.png", "http://", "http://[::1"])
def test_only_what_is_on_the_web_is_a_link(text: str) -> None:
    """A link begins with http or https and names a host; all else is told so."""
    with pytest.raises(UsageError, match="no link"):
        options.link_of(text)
    with pytest.raises(UsageError, match="no address that a proxy can call"):
        options.notify_of(text)


@pytest.mark.parametrize("address", [None, "", "http://127.0.0.1:9/hook", "https://a.example"])
def test_who_is_to_be_called_stays_as_it_is(address: str | None) -> None:
    """Nobody, nobody whatever is usual, or an address."""
    assert options.notify_of(address) == address
