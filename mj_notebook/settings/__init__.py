"""What is set and what stays secret: settings, credentials, prices, the scan for secrets."""
