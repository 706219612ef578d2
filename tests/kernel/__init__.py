"""Tests against a real kernel, with the test process as its front end."""
