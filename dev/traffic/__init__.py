"""Live fake traffic for `make demo`: senders, people who answer, and a team at work.

It knows the service over HTTP only, as the real ones do, and the simulated phone for what
people text back. The story is in __main__.py; scenes.py and team.py are what may happen.
"""
