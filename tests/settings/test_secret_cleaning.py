"""What is copied along with a secret is left out, and said."""

import warnings

import pytest

from mj_notebook.client.asynchronous import AsyncClient
from mj_notebook.client.sync import Client
from mj_notebook.settings.readers import secret_of, settings_from, with_changes
from mj_notebook.settings.secret_cleaning import cleaned_secret
from mj_notebook.settings.settings import Secret, Settings

AROUND = [
    ("Bearer sk-canary", "“Bearer”"),
    ("bearer  sk-canary", "“bearer”"),
    ("Authorization: Bearer sk-canary", "“Authorization: Bearer”"),
    ("mj-api-secret: sk-canary", "“mj-api-secret:”"),
    ("MJ_API_SECRET=sk-canary", "“MJ_API_SECRET=”"),
    ('export MJ_API_SECRET="sk-canary"', "“export MJ_API_SECRET=”"),
    ("'sk-canary'", "quotation marks"),
    ("“Bearer sk-canary”", "quotation marks or signs that nobody sees, “Bearer”"),
    ("\ufeffsk-\u200bcanary", "signs that nobody sees"),
    (" sk-canary\n", "blanks"),
]


@pytest.mark.parametrize(("pasted", "said"), AROUND)
def test_what_stands_around_a_secret_is_left_out_and_said(pasted: str, said: str) -> None:
    """Wherever a secret is given; the secret itself is not in the sentence."""
    for given in (secret_of, lambda text: with_changes(Settings(), secret=text).secret):
        with pytest.warns(UserWarning, match="Left out of the secret") as caught:
            assert given(pasted) == Secret("sk-canary")
        (told,) = caught
        assert said in str(told.message)
        assert "canary" not in str(told.message)
    with pytest.warns(UserWarning, match="Left out"):
        assert settings_from({"MJ_API_SECRET": pasted}).secret == Secret("sk-canary")


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_takes_the_secret_as_a_text(kind: type[Client | AsyncClient]) -> None:
    """Plain, or as it was pasted; nothing is said of one that is as it should be."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plain = kind("http://proxy.test", secret="sk-canary")
    with pytest.warns(UserWarning, match="“Bearer”"):
        pasted = kind("http://proxy.test", secret="Bearer sk-canary")
    for client in (plain, pasted):
        assert client._calls.endpoint.secret == Secret("sk-canary")
        assert "canary" not in repr(client)


@pytest.mark.parametrize("secret", ["sk-canary", "bearer-of-news", "a'b", "", "Bearer"])
def test_a_secret_itself_is_left_as_it_is(secret: str) -> None:
    """Only what stands around it goes."""
    assert cleaned_secret(secret) == (secret, ())
