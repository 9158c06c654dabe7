"""Stored XSS: what a stranger sends as a lead is text on every page that shows it (ASVS 1.2.1).

The corpus goes into every field of leads, of refused requests and of texts, and from there onto
the pages. A browser would tell of anything that ran, or that the policy kept from running.
"""

import json

import pytest
import requests

CORPUS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    '" onfocus=alert(1) autofocus x="',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>@import'//example.com'</style>",
    "</textarea><script>alert(1)</script>",
    "<div hx-get=/x hx-trigger=load hx-on::load=alert(1)>",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
]
#: Tells of whatever would run or be loaded: the policy's refusals, and a dialog of ours.
LISTEN = """
window.ran = [];
window.alert = (what) => window.ran.push(`alert ${what}`);
document.addEventListener('securitypolicyviolation', (event) =>
  window.ran.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
LISTS = [
    "/",
    "/contacts",
    "/contacts/opt-in-queue",
    "/contacts/groups",
    "/contacts/labels",
    "/contacts/suppressed",
    "/activity/leads",
    "/activity/rejections",
    "/activity/jobs",
    "/campaigns",
    "/integrations",
    "/integrations/edit",
    "/integrations/mapping",
    "/settings/audit",
    "/settings/api-keys",
    "/settings/team",
    "/workers/failures",
]


@pytest.fixture
def hostile(service, somebody, until):
    """A person whose every field is hostile, and everything else that has words."""
    found = {}
    for number in range(0, len(CORPUS), 3):
        one, two, three = CORPUS[number : number + 3]
        lead = somebody | {"phone": _next(somebody["phone"], number), "id": f"{number}{one}"}
        named = {"first_name": f"{one} {number}", "last_name": two, "email": three}
        answer = service.post(lead | named | {"company": three, two: one, "utm_source": two})
        assert answer.status_code == 202, answer.text
        found[answer.json()["lead_id"]] = lead["phone"]
        service.post(named | {"phone": three}, headers={"User-Agent": two})
        for noun, evil in (("groups", one), ("labels", two), ("campaigns", three)):
            service.api("POST", f"/{noun}", json={"name": evil})
        service.api("POST", "/api-keys", json={"name": one})
    for lead_id in found:
        service.lead_reaches(lead_id, "joined", "needs_attention", seconds=60)
    phone = next(iter(found.values()))
    service.text_back(phone, CORPUS[0])
    service.api(
        "POST",
        "/suppressions",
        json={"phone": "+12025550199", "kind": "dnc", "reason": CORPUS[1]},
    )
    return found


def _next(phone, number):
    """Number kept for fiction, of the same area: 555-0110 to 555-0199."""
    return f"{phone[:-2]}{(int(phone[-2:]) + number) % 90 + 10}"


def paths(service, leads):
    """Give every page that shows something of them."""
    yield from LISTS
    evil = requests.utils.quote(CORPUS[1], safe="")
    yield from (f"/search?q={evil}", f"/contacts?q={evil}", f"/activity/leads?q={evil}")
    yield f"/sign-in?next={evil}"
    yield f"/activity/leads?status={evil}"
    for lead_id in leads:
        lead = service.lead(lead_id)
        yield f"/activity/leads/{lead_id}"
        if lead["contact_id"]:
            yield f"/contacts/{lead['contact_id']}"
    for rejection in service.get("/rejections?limit=5")["items"]:
        yield f"/activity/rejections/{rejection['id']}"
    for name, page in (("groups", "/contacts/groups"), ("campaigns", "/campaigns")):
        made = service.get(f"/{name}?limit=3")["items"]
        yield from (f"{page}/{each['id']}" for each in made)


@pytest.mark.timeout(300)
def test_nothing_that_a_stranger_sends_runs_on_any_page(service, page, hostile):
    page.add_init_script(LISTEN)
    ran, shown = {}, set()

    for path in paths(service, hostile):
        page.goto(path, wait_until="load")
        page.wait_for_function("window.htmx !== undefined")
        shown |= {evil for evil in CORPUS if evil in page.inner_text("body")}
        found = page.evaluate("window.ran")
        found += page.eval_on_selector_all(INSIDE, "(all) => all.map((e) => e.outerHTML)")
        if found:
            ran[path] = found

    assert ran == {}
    assert len(shown) > len(CORPUS) / 2, json.dumps(sorted(shown))


#: What the corpus would have become, had it been taken for HTML.
INSIDE = (
    "script:not([src^='/assets/']), body style, body iframe, img[src='x'], svg[onload],"
    " [onerror], [onfocus], [onload], [hx-get='/x'], a[href^='javascript:']"
)
