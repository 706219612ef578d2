"""Many requests with a plan: what is started when, and what came of each."""
