"""Every actor, for Dramatiq's command line: the modules imported here are the whole list."""

from workers import admin, inbound, leads, receipts, reconcile, sweeps

__all__ = ["admin", "inbound", "leads", "receipts", "reconcile", "sweeps"]
