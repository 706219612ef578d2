"""What a person types after ``mj.``: functions that work with the current session."""
