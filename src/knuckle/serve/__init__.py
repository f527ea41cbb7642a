"""`knuckle serve`: the page, pictures and streams over HTTP, answered by a pool of processes.

One process holds all connections (`app`, `pictures`, `streams`), a pool of others finds the hands
(`pool`, `worker`). Read `app.py` first.
"""
