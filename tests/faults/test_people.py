from itertools import islice

import phonenumbers

from faults.people import has_fate, people


def test_people_of_a_seed_are_always_the_same_and_no_two_share_a_number():
    first, second = (list(islice(people(7, 0.05), 20_000)) for _ in range(2))

    assert first == second
    assert len({person.phone for person in first}) == len(first)
    assert first != list(islice(people(8, 0.05), 20_000))


def test_every_number_could_be_a_real_one():
    for person in islice(people(3), 3_000):
        assert phonenumbers.is_valid_number(phonenumbers.parse(person.phone)), person.phone


def test_only_the_chosen_share_has_a_fixed_fate():
    none = sum(has_fate(person.phone) for person in islice(people(3), 20_000))
    some = sum(has_fate(person.phone) for person in islice(people(3, 0.05), 20_000))

    assert none == 0
    assert 800 < some < 1_200
