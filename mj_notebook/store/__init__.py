"""Remembering: what was asked, what came of it, and the pictures; only here are databases known."""
