"""Tests in a real Chromium against a real Jupyter server, with nothing fetched from outside."""
