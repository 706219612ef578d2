"""
The embedded server: a midjourney-proxy of its own, for demos, tests and people who build clients.

Start it with `runner.Runner`, or take `app.create_app` as an ASGI application. Importing this
package loads neither.
"""
