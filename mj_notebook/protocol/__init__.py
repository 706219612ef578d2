"""Facts of the midjourney-proxy API, as tables and records: no I/O, no clock, no display."""
