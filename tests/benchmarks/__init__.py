"""Benchmarks: ratios beside a rival in the same run; ``python -m tests.benchmarks`` prints them."""
