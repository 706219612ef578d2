"""Prompts as text and parts."""
