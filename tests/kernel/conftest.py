"""Kernels for the tests of this folder; all of them end with the test."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from .harness import Kernel, StartKernel


@pytest.fixture
def start_kernel(tmp_path: Path) -> Iterator[StartKernel]:
    """Start kernels in the test's folder: `start_kernel(environment={...}, python=...)`."""
    with ExitStack() as kernels:

        def start(**options: Any) -> Kernel:
            return kernels.enter_context(Kernel(tmp_path, **options))

        yield start


@pytest.fixture
def kernel(start_kernel: StartKernel) -> Kernel:
    """One fresh kernel."""
    return start_kernel()
