"""Asking: pure calls, pace, and two thin clients; the only place that knows httpx.

`address`, `calls`, `readers`, `judging`, `steps`, `pace` and `intake` are pure; `sync.Client` and
`asynchronous.AsyncClient` add only how bytes travel.
"""
