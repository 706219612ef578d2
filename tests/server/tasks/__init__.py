"""Tests of the server's tasks."""
