"""Word lists are written as blocks of text, which read better than columns of quotes."""


def words(block: str) -> frozenset[str]:
    """Return the words of a block."""
    return frozenset(block.split())
