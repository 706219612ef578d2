"""What a person gives: pictures and masks."""
