"""What tests of functions of ``mj`` share."""

from collections.abc import Iterator

import pytest

import mj_notebook as mj
from mj_notebook.api import state
from tests.support.relay import CannedResponse, Change, ConnectionFate, SeenRequest
from tests.support.rig import QUICK, SECRET, Rig


@pytest.fixture
def proxy(rig: Rig, new_kernel: None) -> Iterator[Rig]:
    """Return a proxy that is set, and whose time goes on whenever it is asked."""
    del new_kernel

    def go_on(asked: SeenRequest) -> CannedResponse | ConnectionFate | Change:
        if asked.is_list:
            rig.clock.advance(3)
        return ConnectionFate.PASS

    rig.relay.rule = go_on
    mj.configure(base_url=rig.relay.base_url, secret=SECRET, pacing=QUICK)
    yield rig
    state.close()
