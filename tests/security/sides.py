"""Two accounts, side by side: what each has and asks for, and what the database holds of it."""

from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import text

from models import Base, transaction
from models.timeline import Actor
from tests.security import belongings

_numbers = count(1)


@dataclass
class Belongings:
    """One operator's account. `mark` is in everything that has words, `made` has all ids."""

    person: object
    integration: object
    make_contact: object
    make_lead: object
    mark: str
    made: set = field(default_factory=set)

    def new(self, argument, rule=""):
        """Make something for an argument of this rule; return its id."""
        kind = belongings.BY_RULE.get((argument, rule), belongings.KINDS[argument])
        made = str(kind(self))
        self.made.add(made)
        return made

    @property
    def account(self):
        return self.person.account_id

    def words(self):
        return f"{self.mark} {next(_numbers)}"

    def phone(self):
        """Give a number that nothing else has; those of each account lie in an area apart."""
        area = 202 if self.mark == "Ours" else 303
        return f"+1{area}{200 + (number := next(_numbers)) // 90:03}{5000 + number:04}"

    def by(self):
        return Actor(self.person.operator_id, self.person.name)


def ask(side, route, path, body=None):
    """Send a request as an account's owner: by her key, or by a form of hers."""
    client = side.person.client
    if route.is_api:
        headers = {"Authorization": f"Bearer {side.person.key}"}
        sent = {"json": body} if body is not None else {}
        return client.open(path, method=route.method, headers=headers, **sent)
    sent = {} if route.is_safe else {"data": {"csrf": side.person.csrf} | (body or {})}
    return client.open(path, method=route.method, headers=side.person.headers, **sent)


def rows(*words):
    """Return every row of the database in which one of these words stands, by table."""
    found, words = {}, [each for each in words if len(each) > 5]  # a number is in every row
    with transaction() as session:
        for name in Base.metadata.tables:
            query = text(f"SELECT t::text FROM {name} t")  # noqa: S608  (a name of the code)
            told = [row for row in session.scalars(query) if any(each in row for each in words)]
            found[name] = sorted(told)
    return found
