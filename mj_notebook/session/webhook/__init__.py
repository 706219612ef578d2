"""Receiving: a proxy may post each change of a task here, so that less has to be asked.

`addresses` decides where a post may come from and go to, and is pure. `receiver` is the socket,
`connection` its HTTP, and `listener` what a session has of it.
"""
