"""Rule 2: the one integration is there to be seen, switched, edited and deleted."""


def test_rule_2_integration_is_listed_switched_edited_and_deleted(api, make_integration):
    before = api.get("/integration")
    make_integration(api.account_id)

    listed = api.get("/integration").json
    off = api.post("/integration/deactivate")
    on = api.post("/integration/activate")
    edited = api.patch("/integration", {"name": "Spring ads"})
    deleted = api.delete("/integration")

    assert before.status_code == 404
    assert (listed["name"], listed["status"]) == ("Form", "active")
    assert (off.status_code, on.status_code) == (200, 200)
    assert edited.json["name"] == "Spring ads"
    assert deleted.json["integration"] is None
    assert api.get("/integration").status_code == 404
