"""Prompts as text and as parts, and the ``{{name}}`` template; pure."""
