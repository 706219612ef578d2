"""Folders on network file systems, where SQLite's write-ahead log is not safe."""

from pathlib import Path, PurePosixPath

# The log is shared memory between processes, which machines can't share
# (https://www.sqlite.org/wal.html, "all processes must be on the same host").
_NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "lustre", "beegfs", "gpfs"}
    | {"glusterfs", "ncpfs", "pvfs2"}
)
_MOUNTS = Path("/proc/self/mounts")


def read_mounts() -> str:
    """Return the table of mounts of this machine, "" where there is none."""
    try:
        return _MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def network_type(folder: Path, mounts: str) -> str:
    """
    Return the type of the network file system that *folder* is on, "" for a local one.

    Args:
        folder: An absolute path, links followed.
        mounts: As in ``/proc/self/mounts``: device, mount point, type, options in each line.
    """
    found, depth = "", -1
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        # Blanks stand as octal numbers there.
        point = PurePosixPath(parts[1].replace("\\040", " ").replace("\\011", "\t"))
        # Of two at one point the later one lies on top.
        if len(point.parts) >= depth and folder.is_relative_to(point):
            found, depth = parts[2], len(point.parts)
    kind = found.removeprefix("fuse.")
    return found if kind in _NETWORK_TYPES or found == "fuse.sshfs" else ""
