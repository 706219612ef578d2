"""The documentation: what is written from tables, what its pages promise, and the built site."""
