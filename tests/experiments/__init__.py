"""What a batch starts when, and what it makes of what came."""
