"""What a cell waits for, and what it leaves to its panel."""

import mj_notebook as mj
from tests.magic.shells import Shell
from tests.support.relay import CannedResponse, ConnectionFate, SeenRequest
from tests.support.rig import TIMEOUT, Rig

FULL = CannedResponse(200, '{"code":23,"description":"队列已满，请稍后尝试"}'.encode())


def test_a_cell_does_not_wait_for_room(jupyter: Shell, proxy: Rig) -> None:
    """Its panel waits, and can be cancelled; the kernel is free, and Run All goes on."""

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        return FULL if asked.is_submit else ConnectionFate.PASS

    proxy.relay.rule = rule
    jupyter.run("%%mj --out kite\na red kite").raise_error()
    kite: mj.Job = jupyter.name("kite")
    assert "sent by itself when there is room" in kite.trouble
    jupyter.run("%%mj --out boat\na paper boat").raise_error()
    boat: mj.Job = jupyter.name("boat")
    assert boat.cancel()
    proxy.relay.rule = lambda _: ConnectionFate.PASS
    assert kite.accepted(TIMEOUT).id
    assert [task["prompt"] for task in proxy.tasks()] == ["a red kite"]
