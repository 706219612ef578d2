"""The live side."""
