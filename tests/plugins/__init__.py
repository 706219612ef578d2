"""Backends as other packages bring them, found by their entry points."""
