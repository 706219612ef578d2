"""1,000 jobs watched at a 1 s tick, against one aiohttp GET per task a second; each in a child.

Ours is the real thing: session, follower, store, jobs. Run as a program it is one such child.
"""

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.benchmarks.pair import Effort, Row
from tests.benchmarks.stub import SPAN, TASKS, serving

_LIMIT = 0.06


def thousand_jobs(effort: Effort) -> Row:
    """Watch until all are done; compare CPU seconds of the watching process."""
    with serving() as base:
        ours, requests, connections = _watch("ours", base)
        rival, *of_rival = _watch("rival", base) if effort.pairs else (math.inf, 0, 0)
    span = SPAN[1]
    broken = []
    if requests > span + 3:
        broken.append(f"{requests} requests in {span:g} s; at most {span + 3:g} are needed.")
    if connections != 1:
        broken.append(f"{connections} connections instead of one.")
    return Row(
        "1,000 jobs watched / aiohttp GET a task a second",
        ours * 1000,
        rival * 1000,
        ours / rival,
        ours / rival,
        ours / rival,
        _LIMIT,
        f" {requests} requests on {connections} connection(s) / {of_rival[0]} on {of_rival[1]}",
        tuple(broken),
    )


def five_thousand_jobs(effort: Effort) -> Row:
    """Watch five times as many: what it costs more."""
    del effort
    with serving() as base:
        few, asked_for_few, _ = _watch("ours", base)
        many, asked, _ = _watch("ours", base, 5 * TASKS)
    return Row(
        "5,000 jobs watched / 1,000 jobs watched",
        many * 1000,
        few * 1000,
        many / few,
        many / few,
        many / few,
        6,
        f" {asked} requests, of 1,000 jobs {asked_for_few}",
    )


def _watch(strategy: str, base: str, tasks: int = TASKS) -> tuple[float, int, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.watching", strategy, base, str(tasks)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    with urllib.request.urlopen(f"{base}/counts", timeout=5) as answer:
        requests, connections = json.load(answer)
    return float(done.stdout.split()[-1]), requests, connections


def _ids(tasks: int) -> list[str]:
    return [str(1_760_000_000_000_000 + number) for number in range(tasks)]


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def watch_ours(base: str, tasks: int) -> float:
    """Watch with a session; return the CPU seconds it took."""
    from mj_notebook.client.sync import Client  # a child loads only its own side
    from mj_notebook.protocol.models import Task
    from mj_notebook.session.session import Session
    from mj_notebook.session.worker import Worker
    from mj_notebook.settings.settings import Pacing, Settings
    from mj_notebook.store.history import Store

    pacing = Pacing(first=(), then=1.0, slowest=1.0)
    worker = Worker()
    with tempfile.TemporaryDirectory() as folder:
        session = Session(
            Settings(base_url=base, pacing=pacing),
            client=Client(base),
            store=Store(Path(folder)),
            worker=worker,
            clock=time.time,
        )
        session.client.fetch_many(_ids(1))  # both sides begin warm
        jobs = [session.track(Task(id=task_id)) for task_id in _ids(tasks)]
        started = _cpu()
        for job in jobs:
            job.wait(120)
        spent = _cpu() - started
        worker.stop()
        session.close()
    return spent


def watch_rival(base: str, tasks: int) -> float:
    """Ask for each task once a second, as most programs do; return the CPU seconds it took."""
    import asyncio

    import aiohttp

    async def follow(http: aiohttp.ClientSession, task_id: str) -> None:
        while True:
            async with http.get(f"{base}/mj/task/{task_id}/fetch") as answer:
                if (await answer.json())["status"] == "SUCCESS":
                    return
            await asyncio.sleep(1)

    async def all_of_them() -> None:
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{base}/mj/task/{_ids(1)[0]}/fetch") as answer:
                await answer.json()
            started = _cpu()
            await asyncio.gather(*(follow(http, task_id) for task_id in _ids(tasks)))
            spent.append(_cpu() - started)

    spent: list[float] = []
    asyncio.run(all_of_them())
    return spent[0]


if __name__ == "__main__":
    watch = {"ours": watch_ours, "rival": watch_rival}[sys.argv[1]]
    print(watch(sys.argv[2], int(sys.argv[3])))
