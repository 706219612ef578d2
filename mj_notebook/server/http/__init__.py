"""The HTTP side of the server: routes, the gate before them, dialects, faults, OpenAPI."""
