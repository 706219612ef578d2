"""Spoiled pictures: finished ones whose task has a fault that shows when they are handed out."""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.faults import fault_named
from mj_notebook.server.register import Standing
from mj_notebook.server.trouble import Trickled

_GONE = "This content is no longer available."
_NOTHING = bytes(2**16)


def spoiled(response: Response, task: Standing, now: int) -> Response:
    """Return *response*, the finished picture of *task*, as its faults have it at *now*."""
    faults, phase = task.work.faults, task.phase
    if not faults or phase.status != Status.SUCCESS or response.status_code != 200:
        return response
    if expired := fault_named(faults, "expired"):
        since = now - (phase.finish_time or 0)
        if since >= int(expired.words) * 1000:
            return Response(_GONE, int(expired.number), None, "text/plain")
    if mime := fault_named(faults, "mime"):
        response.headers["content-type"] = mime.words
    if huge := fault_named(faults, "huge"):
        response = _padded(response, int(huge.number * 2**20))
    slow = fault_named(faults, "slow-picture")
    return Trickled(response, slow.number) if slow else response


def _padded(response: Response, size: int) -> Response:
    """Return the picture, and behind its end so many empty bytes that it has *size*."""
    content = bytes(response.body)

    async def pieces() -> AsyncIterator[bytes]:
        yield content
        for start in range(len(content), size, len(_NOTHING)):
            # Else nobody in this loop would notice that the client has gone away.
            await asyncio.sleep(0)
            yield _NOTHING[: size - start]

    headers = {**response.headers, "content-length": str(max(size, len(content)))}
    return StreamingResponse(pieces(), headers=headers)
