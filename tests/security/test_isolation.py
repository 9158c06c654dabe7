"""Rule 30: two accounts side by side, and every route tried with what is the other's.

The routes are those of the url_map, so a new one is tried without anybody thinking of it; one
whose ids nobody here can make fails the first test.
"""

import itertools

from tests.security.belongings import KINDS
from tests.security.sides import ask, rows

#: Arguments that name nothing of an account, and what they name instead.
SHARED = {
    "token": "a secret that lets in by itself: of an endpoint URL or an invitation",
    "name": "a queue, a schedule or a file of the service itself",
    "version": "of a file of the service itself",
    "code": "of an error, in the documentation",
}
#: What some routes want to be sent before they look for what they are about.
BODIES = {
    "PATCH /api/v1/campaigns/<uuid:campaign_id>": {"name": "x"},
    "PATCH /api/v1/contacts/<uuid:contact_id>": {"favorite": True},
    "PATCH /api/v1/groups/<uuid:group_id>": {"name": "x"},
    "PATCH /api/v1/labels/<uuid:label_id>": {"name": "x"},
    "PATCH /api/v1/phone-numbers/<uuid:number_id>": {"status": "approved"},
    "POST /api/v1/contacts/<uuid:contact_id>/notes": {"body": "x"},
    "DELETE /api/v1/suppressions/<uuid:suppression_id>": {"reason": "x"},
    "POST /campaigns/<uuid:campaign_id>/change": {"name": "x", "status": "draft"},
    "POST /contacts/<uuid:contact_id>/names": {"first_name": "x", "last_name": "x"},
    "POST /contacts/<uuid:contact_id>/notes": {"body": "x"},
    "POST /contacts/groups/<uuid:group_id>/rename": {"name": "x"},
    "POST /contacts/labels/<uuid:label_id>/rename": {"name": "x"},
    "POST /contacts/suppressed/<uuid:suppression_id>/lift": {"reason": "x", "why": "1"},
    "POST /settings/phone-numbers/<uuid:number_id>/status": {"status": "approved"},
    "POST /settings/team/<uuid:operator_id>/role": {"role": "owner"},
}
#: The same with ids of the account whose thing it is.
OWN = {
    "POST /api/v1/campaigns/<uuid:campaign_id>/contacts": ("contact_ids", "contact_id"),
    "POST /api/v1/campaigns/<uuid:campaign_id>/groups": ("group_ids", "group_id"),
    "POST /campaigns/<uuid:campaign_id>/add": ("contact", "contact_id"),
    "POST /campaigns/<uuid:campaign_id>/groups": ("group", "group_id"),
    "POST /contacts/<uuid:contact_id>/label": ("chosen", "label_id"),
    "POST /contacts/<uuid:contact_id>/move": ("chosen", "group_id"),
}
#: The thing itself is ours, but what it is to be taken out of has not got it.
NOT_IN_IT = {
    "DELETE /api/v1/campaigns/<uuid:campaign_id>/contacts/<uuid:contact_id>",
    "DELETE /api/v1/campaigns/<uuid:campaign_id>/groups/<uuid:group_id>",
    "POST /campaigns/<uuid:campaign_id>/groups/<uuid:group_id>/remove",
    "POST /campaigns/<uuid:campaign_id>/people/<uuid:contact_id>/remove",
}


def body_of(route, side):
    """Return what to send beside the address, or nothing."""
    if field := OWN.get(str(route)):
        name, kind = field
        made = side.new(kind)
        return {name: [made] if name.endswith("_ids") else made}
    return BODIES.get(str(route))


def naming(every_route):
    """Return the routes whose address names something of an account."""
    return [route for route in every_route if set(route.arguments) - SHARED.keys()]


def attacks(routes, ours, theirs):
    """Give every route with each of its ids in turn, and then all of them, being theirs."""
    for route in routes:
        for whose in itertools.product((ours, theirs), repeat=len(route.arguments)):
            if theirs in whose:
                ids = {
                    name: side.new(name, route.rule)
                    for name, side in zip(route.arguments, whose, strict=True)
                }
                yield route, route.path(**ids), body_of(route, ours)


def test_every_argument_of_every_route_can_be_filled(every_route):
    unknown = {
        name: str(route)
        for route in every_route
        for name in route.arguments
        if name not in KINDS and name not in SHARED
    }

    assert unknown == {}, "make it in tests/security/belongings.py"


def test_rule_30_what_is_another_account_s_is_404_by_every_route_and_stays_as_it_is(
    every_route, ours, theirs
):
    tried = [*attacks(naming(every_route), ours, theirs)]
    words = {str(theirs.account), theirs.mark, *theirs.made}
    before = rows(*words)

    answers = [(route, path, ask(ours, route, path, body)) for route, path, body in tried]

    assert len(tried) > 100
    wrong = [
        (str(route), path, a.status_code) for route, path, a in answers if a.status_code != 404
    ]
    assert wrong == []
    assert rows(*words) == before
    assert not [str(r) for r, _, a in answers if theirs.mark in a.text]


def test_what_is_one_s_own_is_found_by_every_one_of_these_routes(every_route, ours):
    """Else the test above would prove nothing: 404 may have had another reason."""
    missing = []
    for route in naming(every_route):
        ids = {name: ours.new(name, route.rule) for name in route.arguments}
        status = ask(ours, route, route.path(**ids), body_of(route, ours)).status_code
        if (status == 404) != (str(route) in NOT_IN_IT) or status in {400, 401, 403, 405, 500}:
            missing.append((str(route), status))

    assert missing == []
