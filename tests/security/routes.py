"""Every route of the application as its url_map tells them, so that none is forgotten."""

from dataclasses import dataclass

NIL = "00000000-0000-4000-8000-000000000000"
_SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Route:
    method: str
    rule: str
    arguments: tuple[str, ...]

    def __str__(self):
        return f"{self.method} {self.rule}"

    @property
    def is_api(self):
        return self.rule.startswith("/api/")

    @property
    def is_machines(self):
        """Say whether it is called by senders or by Twilio, who hold no cookie and no key."""
        return self.rule.startswith(("/hooks/", "/twilio/"))

    @property
    def is_dashboard(self):
        return not self.is_api and not self.is_machines

    @property
    def is_safe(self):
        return self.method in _SAFE

    def path(self, **values):
        """Return its address; what *values* does not name is filled with nothing's id."""
        path = self.rule
        for part in self.rule.split("<")[1:]:
            kind, _, name = part.partition(">")[0].rpartition(":")
            path = path.replace(
                f"<{kind}:{name}>" if kind else f"<{name}>",
                str(values.get(name, NIL if kind == "uuid" else "none")),
            )
        return path


def routes(app):
    """Return every route once for each of its methods, but those that Flask adds itself."""
    return [
        Route(method, rule.rule, tuple(sorted(rule.arguments)))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]
