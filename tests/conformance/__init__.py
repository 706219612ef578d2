"""Every operation, through our own session and client, against every dialect of the server."""
