"""Kernels for the tests of this folder; all of them end with the test."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.harness import Kernel, StartKernel
from tests.kernel.lab import Lab


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


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One server for the tests of a module, and its kernels."""
    with Lab(tmp_path_factory.mktemp("lab")) as made:
        yield made


@pytest.fixture(scope="module")
def drawing(lab: Lab) -> Kernel:
    """One kernel with the extension loaded, for the tests of a module that leave it whole."""
    return lab.start()
