"""Fail when the tests' secret stands in anything that they left behind: files, logs, screenshots.

Usage: ``python .ci/no_secret_left.py FOLDER``, where FOLDER has all that was written.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.canary import files_with
from tests.support.rig import SECRET

# Where it belongs: the file that keeps a secret for its owner, and a notebook whose packing is
# refused because somebody wrote the secret into it.
MEANT = re.compile(
    r"(mj_notebook|config)/secrets\.json$|test_the_configured_secret_is_\w+/kites\.ipynb$"
)


def main(folder: Path) -> int:
    """Search everything below *folder*."""
    files = sum(path.is_file() for path in folder.rglob("*"))
    found = files_with(folder, SECRET)
    leaks = [name for name in found if not MEANT.search(name)]
    for name in leaks:
        print(f"The secret stands in {name}.")
    meant = len(found) - len(leaks)
    print(f"{files} files searched; the secret stands in {meant} where it is meant to.")
    # Where it is meant to be it must be found, or the search proves nothing.
    return 1 if leaks or not meant else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
