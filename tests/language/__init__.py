"""Words in other languages: what must be translated, and that it is."""
