def test_label_is_made_once_in_any_case(api):
    made = api.post("/labels", {"name": " Hot lead "})

    again = api.post("/labels", {"name": "HOT LEAD"})

    assert made.status_code == 201
    assert made.json["name"] == "Hot lead"
    assert made.json["count"] == 0
    assert again.status_code == 409
    assert again.json["code"] == "name-taken"


def test_labels_come_in_pages_without_gap_or_repetition(api):
    names = [f"label {number:02}" for number in range(7)]
    for name in reversed(names):
        api.post("/labels", {"name": name})

    seen, cursor = [], None
    while True:
        page = api.get(
            "/labels", query_string={"limit": 3} | ({"cursor": cursor} if cursor else {})
        )
        seen += [item["name"] for item in page.json["items"]]
        cursor = page.json["next_cursor"]
        if cursor is None:
            break

    assert seen == names
