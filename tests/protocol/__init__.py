"""The floor of the protocol, on recorded samples."""
