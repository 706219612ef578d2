"""The room of remembering."""
