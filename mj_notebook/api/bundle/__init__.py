"""Bundles: a notebook's history and pictures in one file that replays without a server."""
