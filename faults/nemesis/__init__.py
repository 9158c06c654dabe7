"""The faults of the table, each under its name, each with a beginning and an end."""
