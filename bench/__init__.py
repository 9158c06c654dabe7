"""`make bench`: what the service does on the reader's machine, beside public peers."""
