"""What runs the service on a laptop: embedded servers, and one supervisor for everything.

Nothing of the service imports this, and it knows the service only by its command lines.
"""
