"""Tests of the server's engine."""
