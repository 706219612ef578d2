"""What is loaded with httpx, and what only when somebody uses it."""

import subprocess
import sys

CODE = """
import sys
import mj_notebook.client.sync
import httpx
print(*sorted({"rich", "pygments"} & set(sys.modules)) or ["nothing heavy"])
sys.argv = ["httpx", "--help"]
httpx.main()
"""


def test_the_command_line_of_httpx_waits_until_it_is_used() -> None:
    """It costs more than httpx itself; who calls it all the same gets it."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    loaded, _, told = done.stdout.partition("\n")
    assert loaded == "nothing heavy"
    assert "httpx" in told
