"""A full name in parts.

It is split at its first space, or at the comma of "Doe, Jane". Before that, a title at the
front ("Dr.") is left out where two words remain. What follows a comma behind two words or
more and only adds to a name ("Jane Doe, Jr.", "Jane Doe, Acme Inc") goes to the last name:
nothing that might belong to somebody's name is thrown away.
"""

from senders.names import squeezed
from senders.words import words

_TITLES = words("dr mr mrs ms mx miss prof sr sra srta dra herr frau mme mlle")
_ADDITIONS = words("""
    jr sr ii iii iv phd md esq dds dmd dvm cpa jd mba rn cfp pe inc llc ltd corp
""")
_COMPANIES = words("inc llc ltd corp corporation company co gmbh realty")
_PAIRS = words("and & y und et e")  # of "Mr. and Mrs. Smith", who have no first name
_FAMILY_FIRST = words("namevorname nachnamevorname lastnamefirstname nazwiskoiimie") | {
    # As East Asia and Russian forms ask for it: 氏名, 姓名, 성명, фио, піб.
    *("\u6c0f\u540d", "\u59d3\u540d", squeezed("\uc131\uba85"), "\u0444\u0438\u043e"),
    *("\u043f\u0456\u0431", squeezed("\u304a\u540d\u524d"), "\u540d\u524d"),
}
# Labels that are a whole name's in one place and the family's own beside a first name.
_EITHER = words("name nom nome nomes nombre nombres naam navn namn nimi")
_ALIKE = 3  # letters at the beginning by which "Ann" may be the Anna of a full name


def split(full: str, label: str = "") -> tuple[str, str]:
    """Return first and last name; the last is "" where there is one word."""
    before, comma, after = (part.strip() for part in full.partition(","))
    if not (comma and before and after):
        return _by_spaces(_untitled(full.replace(",", " ")), label)
    if " " in before and _only_adds(after):
        first, last = _by_spaces(_untitled(before), label)
        return first, f"{last} {_joined(after)}"
    given, _, rest = after.partition(",")
    added = f" {_joined(rest)}" if rest and _only_adds(rest) else ""
    if rest and not added:
        given = after
    return " ".join(_untitled(given.replace(",", " "), least=1)), before + added


def without_first(full: str, first: str, label: str) -> str:
    """Return the last name in a full name, beside a first name that is known."""
    given, family = split(full, label)
    rest = _around(f"{given} {family}".split(), first.split())
    if rest is not None:
        return rest
    return family if family and _is_whole(label, given, first) else full


def without_last(full: str, last: str, label: str) -> str:
    """Return the first name in a full name, beside a last name that is known."""
    given, family = split(full, label)
    rest = _around(f"{given} {family}".split(), last.split())
    if rest is not None:
        return rest
    return given if _is_whole(label, family, last) else full


def _is_whole(label: str, part: str, known: str) -> bool:
    """Say whether a full name that does not hold the known part is one all the same."""
    alike = part[:_ALIKE].casefold() == known[:_ALIKE].casefold()
    return alike or squeezed(label.rpartition(".")[2]) not in _EITHER


def _around(said: list[str], known: list[str]) -> str | None:
    """Return what stands behind the known words, else before them; None without them."""
    folded, wanted = [word.casefold() for word in said], [word.casefold() for word in known]
    for at in range(len(said) - len(known) + 1):
        if folded[at : at + len(known)] == wanted:
            return " ".join(said[at + len(known) :] or said[:at])
    return None


def _by_spaces(said: list[str], label: str) -> tuple[str, str]:
    reverse = squeezed(label.rpartition(".")[2]) in _FAMILY_FIRST
    first, last = said[:1], said[1:]
    # Who writes a name in Latin letters under a label of East Asia writes it in their order.
    if reverse and last and (squeezed(label).isascii() or not first[0].isascii()):
        first, last = last, first
    return " ".join(first), " ".join(last)


def _untitled(full: str, least: int = 2) -> list[str]:
    said = full.split()
    at = 0
    while len(said) - at > least and _bare(said[at]) in _TITLES:
        at += 1
    return said if said[at : at + 1] and said[at].casefold() in _PAIRS else said[at:]


def _only_adds(text: str) -> bool:
    said = [_bare(word) for word in text.replace(",", " ").split()]
    return bool(said) and (said[-1] in _COMPANIES or _ADDITIONS.issuperset(said))


def _joined(text: str) -> str:
    return " ".join(text.replace(",", " ").split())


def _bare(word: str) -> str:
    return word.replace(".", "").casefold()
