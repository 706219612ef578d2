"""The room of asking."""
