"""The team: rule 30, an account has owners and members."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, update

from models import ApiKey, Invitation, Operator, transaction
from tests.web.pages.conftest import PASSWORD, Person, csrf_of, said

HERE = "/settings/team"
BO = {"name": "Bo", "email": "bo@example.com", "password": PASSWORD}


def invite(owner, role="member"):
    """Return the path of the link that the page shows."""
    answer = owner.post(f"{HERE}/invitations", {"note": "Bo", "role": role})
    assert answer.status_code == 200
    return re.search(r"http://127\.0\.0\.1:8000(/invitations/[\w-]+)", answer.text)[1]


def accept(app, link, **changed):
    person = Person(app, BO["email"])
    sent = BO | {"csrf": csrf_of(person.get(link))} | changed
    return person, person.client.post(link, data=sent, headers=person.headers)


@pytest.mark.parametrize("role", ["member", "owner"])
def test_rule_30_invited_person_joins_with_the_role_of_the_invitation(app, owner, role):
    person, answer = accept(app, invite(owner, role))

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert person.sign_in().status_code == 303
    with transaction() as session:
        joined = Operator.by_email(session, BO["email"])
    assert (joined.account_id, joined.role) == (owner.account_id, role)


def test_link_is_shown_once_and_kept_as_a_hash(owner):
    link = invite(owner)

    assert link not in owner.get(HERE).text
    with transaction() as session:
        kept = session.query(Invitation).one()
    assert link.rpartition("/")[2].encode() not in kept.token_hash


def test_link_works_once(app, owner):
    link = invite(owner)
    accept(app, link)

    again = Person(app).get(link)

    assert again.status_code == 404
    assert "used, withdrawn, or is too old" in said(again)


def test_two_who_use_a_link_at_once_are_one_operator(app, owner):
    link = invite(owner)
    people = [Person(app) for _ in range(3)]
    forms = [csrf_of(person.get(link)) for person in people]

    def race(number):
        sent = BO | {"csrf": forms[number], "email": f"bo{number}@example.com"}
        return people[number].client.post(link, data=sent).status_code

    with ThreadPoolExecutor(3) as pool:
        answers = sorted(pool.map(race, range(3)))

    assert answers == [303, 404, 404]


def test_link_is_over_after_its_time(app, owner):
    link = invite(owner)
    with transaction() as session:
        session.execute(update(Invitation).values(expires_at=func.now() - timedelta(seconds=1)))

    assert Person(app).get(link).status_code == 404


def test_withdrawn_link_is_over(app, owner):
    link = invite(owner)
    with transaction() as session:
        invitation = session.query(Invitation).one().id

    owner.post(f"{HERE}/invitations/{invitation}/withdraw")

    assert Person(app).get(link).status_code == 404


def test_e_mail_of_somebody_else_is_told(app, owner):
    _, answer = accept(app, invite(owner), email=owner.email.upper())

    assert answer.status_code == 422
    assert "signs in with this e-mail already" in said(answer)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("invitations", {"note": "Bo", "role": "owner"}),
        ("{}/role", {"role": "owner"}),
        ("{}/remove", {}),
    ],
)
def test_rule_30_members_read_and_owners_act(owner, member, path, fields):
    answer = member.post(f"{HERE}/{path.format(member.operator_id)}", fields)

    assert answer.status_code == 403
    assert member.get(HERE).status_code == 200


@pytest.mark.parametrize("action", ["role", "remove"])
def test_rule_30_operator_of_another_account_is_not_found(owner, stranger, action):
    answer = owner.post(f"{HERE}/{stranger.operator_id}/{action}", {"role": "member"})

    assert answer.status_code == 404
    assert stranger.name not in said(owner.get(HERE))


def test_rule_30_invitation_of_another_account_is_not_found(owner, stranger):
    link = invite(stranger)
    with transaction() as session:
        theirs = session.query(Invitation).one().id

    answer = owner.post(f"{HERE}/invitations/{theirs}/withdraw")

    assert answer.status_code == 404
    assert owner.get(link).status_code == 200


@pytest.mark.parametrize(("action", "fields"), [("role", {"role": "member"}), ("remove", {})])
def test_last_owner_stays(owner, member, action, fields):
    answer = owner.post(f"{HERE}/{owner.operator_id}/{action}", fields)

    assert answer.status_code == 409
    assert "An account needs an owner" in said(answer)


def test_two_owners_who_demote_each_other_at_once_leave_one(owner, make_person):
    other = make_person("owner", owner.account_id)
    forms = {person: csrf_of(person.get(HERE)) for person in (owner, other)}

    def demote(pair):
        person, target = pair
        path = f"{HERE}/{target.operator_id}/role"
        return person.post(path, {"role": "member"}, csrf=forms[person]).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(demote, [(owner, other), (other, owner)]))

    assert answers[0] == 303
    assert answers[1] in {403, 409}
    with transaction() as session:
        assert session.query(Operator).filter_by(role="owner").count() == 1


def test_new_role_holds_for_the_keys_that_were_made_with_the_old_one(owner, make_person):
    other = make_person("owner", owner.account_id)
    with transaction() as session:
        key, _ = ApiKey.make(session.get_one(Operator, other.operator_id), "script")
        session.add(key)

    owner.post(f"{HERE}/{other.operator_id}/role", {"role": "member"})

    with transaction() as session:
        assert session.query(ApiKey).one().role == "member"


def test_removed_operator_is_out_at_once_and_her_keys_with_her(owner, member):
    with transaction() as session:
        key, secret = ApiKey.make(session.get_one(Operator, member.operator_id), "script")
        session.add(key)

    owner.post(f"{HERE}/{member.operator_id}/remove")

    called = owner.client.get("/api/v1/folders", headers={"Authorization": f"Bearer {secret}"})
    assert called.status_code == 401
    assert member.get(HERE).status_code == 303
    assert member.sign_in().status_code == 401
    assert member.name not in said(owner.get(HERE)).partition("Owners also")[0].replace(
        f"{member.name} is removed", ""
    )


def test_e_mail_of_a_removed_operator_can_be_invited_again(app, owner, member):
    owner.post(f"{HERE}/{member.operator_id}/remove")

    person, answer = accept(app, invite(owner), email=member.email)

    assert answer.status_code == 303
    person.email = member.email
    assert person.sign_in().status_code == 303
