"""Tests that execute whole notebooks as nbclient does: no person, no browser."""
