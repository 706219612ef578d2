"""Run once more, alone, what failed while other parts of the tests ran beside it.

Usage: ``python .ci/run_again.py FOLDER CACHE…``, with a folder to leave files in and the cache of
each part. On two cores a part sometimes stands still for seconds, and a test that waits for a
process or a page then fails though nothing is wrong. What fails alone as well is wrong, and so is a
run in which more than `MOST` failed. Each is named in either case, so that a test that is named
here again and again is looked at.
"""

import json
import subprocess
import sys
from pathlib import Path

MOST = 3


def main(left: str, caches: list[str]) -> int:
    """Return 0 where the few that failed passed now."""
    failed = sorted({name for cache in caches for name in failed_of(Path(cache))})
    for name in failed:
        print(f"Failed beside the others: {name}")
    if not 0 < len(failed) <= MOST:
        return 1
    command = [sys.executable, "-m", "pytest", "--everything", "-p", "no:cacheprovider"]
    command += [f"--basetemp={left}", *failed]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - pytest told these names


def failed_of(cache: Path) -> list[str]:
    """Return what pytest remembers as failed; nothing where its part did not get that far."""
    kept = cache / "v" / "cache" / "lastfailed"
    return list(json.loads(kept.read_text("utf-8"))) if kept.exists() else []


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], sys.argv[2:]))
