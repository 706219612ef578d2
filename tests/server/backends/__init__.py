"""Tests of the server's backends."""
