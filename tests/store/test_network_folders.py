"""Network file systems: which folders are on one, and which journal is safe there."""

import sqlite3
from pathlib import Path

import pytest

from mj_notebook.store.history import Store
from mj_notebook.store.network_folders import network_type, read_mounts

MOUNTS = r"""
sysfs /sys sysfs rw 0 0
/dev/vda / ext4 rw 0 0
server:/homes /home nfs4 rw,vers=4.2 0 0
/dev/sdb /home/me/local xfs rw 0 0
//box/share /mnt/my\040share cifs rw 0 0
me@host: /mnt/ssh fuse.sshfs rw 0 0
overlay /opt fuse.overlayfs rw 0 0
rclone: /mnt/drive fuse.rclone rw 0 0
home /mnt/vm virtiofs rw 0 0
server:/odd /mnt/a\134b\012c nfs rw 0 0
torn
"""


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        ("/home/me/study/.mj", "nfs4"),
        ("/home", "nfs4"),
        ("/homes/me", ""),
        ("/home/me/local/.mj", ""),
        ("/mnt/my share/x", "cifs"),
        ("/mnt/ssh/x", "fuse.sshfs"),
        ("/opt/x", ""),
        ("/mnt/drive/x", "fuse.rclone"),
        ("/mnt/vm/x", "virtiofs"),
        ("/mnt/a\\b\nc/x", "nfs"),
        ("/work", ""),
    ],
)
def test_the_deepest_mount_tells(folder: str, found: str) -> None:
    """Blanks stand as numbers in the table, and a name that only begins alike is another one."""
    assert network_type(Path(folder), MOUNTS) == found


def test_where_there_is_no_table_a_folder_is_local() -> None:
    """Other systems have none."""
    assert network_type(Path("/home/me"), "") == ""
    assert isinstance(read_mounts(), str)


def journal(folder: Path) -> str:
    """Return the journal that the history's file has."""
    with sqlite3.connect(folder / "history.sqlite3") as connection:
        mode: str = connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.close()
    return mode


def test_on_a_network_the_journal_is_one_that_is_safe_there(tmp_path: Path) -> None:
    """Also for a history that was begun with the other one, as soon as it is opened alone."""
    with Store(tmp_path) as store:
        assert (store.database.network, journal(tmp_path)) == ("", "wal")
    with Store(tmp_path, mounts=lambda: f"server:/x {tmp_path.resolve()} nfs rw 0 0") as store:
        assert (store.database.network, journal(tmp_path)) == ("nfs", "delete")
