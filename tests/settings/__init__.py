"""Tests of settings: what is set, what is kept secret, what tasks cost."""
