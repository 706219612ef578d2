"""What is set and what stays secret: settings, credentials, prices, secrets."""
