"""Tests of what people type after ``mj.``."""
