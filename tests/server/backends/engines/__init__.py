"""Stand-ins for engines: servers that speak their APIs and really change pixels."""
