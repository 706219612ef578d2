"""Receiving: a proxy may post each change of a task here, so that less has to be asked.

`arriving` reads the bytes of a post and `addresses` decides where it may come from and go to; both
are pure. `receiver` is the socket, and `listening` what a session has of it.
"""
