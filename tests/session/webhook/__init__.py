"""Tests of what takes callbacks in."""
