"""
The embedded server: a midjourney-proxy of its own, for demos, tests and people who build clients.

Start it with `runner.Runner`, or use `http.app.create_app` as an ASGI application. Importing this
package loads neither. Inside, each floor imports only those below it:

    runner              a socket, a thread and an event loop around the application
    http                routes, gate, dialects, faults on demand, OpenAPI
    tasks               what may be asked for, what each action makes, how a task looks to clients
    engine | backends   where every task stands at a time (pure) | what makes pixels and texts
    config              what can be set
    faults              what can go wrong on purpose
"""
