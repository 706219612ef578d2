"""Prompts as text and as parts, what is wrong in them, and ``{{name}}``; pure."""
