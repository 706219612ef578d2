"""A team whose kernels and whose database die while all ask for the same: it is paid once."""

import random
from pathlib import Path

from tests.faults.crowd import Crowd, crowd_scene
from tests.faults.table import Row
from tests.support.postgres import PostgresServer


def test_many_people_ask_for_the_same_while_kernels_and_the_database_die(
    postgres: PostgresServer, tmp_path: Path, row: Row
) -> None:
    """One submit for each prompt, none lost, and each of them sees its picture."""
    row.fault = "4 people, 8 prompts; 3 kernels killed, PostgreSQL restarted"
    with crowd_scene(tmp_path) as scene:
        crowd = Crowd(scene, postgres, prompts=8)
        try:
            outcome = crowd.run(4, kills=3, chance=random.Random(7), hurried=True)
        finally:
            crowd.end()
    row.submits, row.tasks, row.picture = outcome.submits, outcome.tasks, "whole"
    row.told = " | ".join(sorted(outcome.said))
    assert outcome.tasks == 8, outcome
    assert (outcome.kept, outcome.unsettled) == (8, 0)
    assert [len(one) for one in outcome.seen] == [8] * 4
    assert all(one == outcome.seen[0] for one in outcome.seen)
    assert outcome.most_connections <= 2
