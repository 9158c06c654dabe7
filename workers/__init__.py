"""What happens outside a web request. Read leads.py first.

The broker is made here, before any actor is declared, whoever imports whichever job.
"""

from workers import broker as broker
