"""Folders on network file systems, where SQLite's write-ahead log is not safe."""

import re
from pathlib import Path, PurePosixPath

# The log is shared memory between processes, which machines can't share
# (https://www.sqlite.org/wal.html, "all processes must be on the same host").
_NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "lustre", "beegfs", "gpfs"}
    | {"glusterfs", "ncpfs", "pvfs2", "orangefs", "coda", "davfs", "ocfs2", "gfs2", "wekafs"}
    | {"panfs", "acfs", "moosefs", "virtiofs", "vboxsf", "prl_fs"}
)
# Programs that serve a folder of this machine; of all others the slow journal is the safe guess.
_LOCAL_PROGRAMS_WORDS = """
mergerfs bindfs encfs gocryptfs cryfs ntfs-3g exfat fuse-overlayfs overlayfs lxcfs unionfs
unionfs-fuse portal zfs apfs ext2 squashfuse
"""
_LOCAL_PROGRAMS = frozenset(_LOCAL_PROGRAMS_WORDS.split())
_ESCAPED = re.compile(r"\\([0-7]{3})")
_MOUNTS = Path("/proc/self/mounts")


def read_mounts() -> str:
    """Return the table of mounts of this machine, "" where there is none."""
    # Windows and macOS have no such table: there a folder counts as local, as it most often is.
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
        # Blanks, line breaks and backslashes stand as octal numbers there.
        point = PurePosixPath(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), parts[1]))
        # Of two at one point the later one lies on top.
        if len(point.parts) >= depth and folder.is_relative_to(point):
            found, depth = parts[2], len(point.parts)
    program = found.removeprefix("fuse.")
    is_served = program != found and program not in _LOCAL_PROGRAMS
    return found if is_served or program in _NETWORK_TYPES else ""
