"""What follows from a task without looking at the clock."""

import pytest

from tests.server.tasks.test_image_builders import server_task


@pytest.mark.parametrize(
    ("prompt", "bot", "final", "version"),
    [
        ("a fox", "", "a fox --v 7.0", "7"),
        ("a fox", "NIJI_JOURNEY", "a fox --niji 7", "niji 7"),
        ("a fox --v 6.1", "", "a fox --v 6.1", "6.1"),
        ("a fox --v 6.0 --ar 2:1", "", "a fox --v 6.0 --ar 2:1", "6"),
        ("a fox --niji 6", "", "a fox --niji 6", "niji 6"),
        ("a fox --niji", "", "a fox --niji", "niji 7"),
        ("a fox --version 8.1", "NIJI_JOURNEY", "a fox --version 8.1", "8.1"),
        ("--v", "", "--v --v 7.0", "7"),
    ],
)
def test_the_version_is_the_prompts_or_is_added(
    prompt: str, bot: str, final: str, version: str
) -> None:
    """As the bot does it: a version that is named stays, else its own is written behind."""
    task = server_task(prompt=prompt, bot=bot)
    assert (task.final_prompt, task.version) == (final, version)


def test_hashes_are_uuids_that_stay() -> None:
    """Each task has its own, always the same, and its buttons carry it."""
    grid = server_task()
    picked = server_task("upscale", grid, number=1)
    assert grid.uuid == server_task().uuid != picked.uuid
    assert len(grid.uuid) == 36
    assert all(picked.uuid in button.custom_id for button in picked.buttons)


def test_what_is_large_is_not_enlarged_again() -> None:
    """After an upscale to twice the size only the other buttons are left."""
    picked = server_task("upscale", server_task(), number=1)
    large = server_task("upscale_creative", picked)
    assert "Upscale (Subtle)" in [button.label for button in picked.buttons]
    assert not [button for button in large.buttons if button.label.startswith("Upscale")]
    assert "Vary (Subtle)" in [button.label for button in large.buttons]


@pytest.mark.parametrize("seed", ["-1", "4294967296", "x", ""])
def test_a_seed_that_is_none_is_not_taken(seed: str) -> None:
    """The task gets one of its own."""
    assert 0 <= server_task(prompt=f"a --seed {seed}").seed < 2**32
