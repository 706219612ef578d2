"""
The engine: what was accepted and the time, turned into where every task stands.

Pure: no clock, no files, no network, no pixels. A contract of import-linter keeps it so.
"""
