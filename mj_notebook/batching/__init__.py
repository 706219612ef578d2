"""Many requests one after the other: what is started when, and what came of each."""
