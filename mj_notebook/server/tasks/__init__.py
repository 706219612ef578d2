"""
The tasks: what may be asked for, what each action makes, and how a task looks to clients.

Everything here is about the protocol and nothing about HTTP: rules take a request and return a
reply, whoever carries the two.
"""
