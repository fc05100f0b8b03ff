"""Every route × every role; other sites, planted sessions, chosen addresses; forms that are too large or no forms."""

from __future__ import annotations

from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from gateway.accounts.roles import ALLOWED, Role
from gateway.config import Admin
from gateway.routes.admin import ROUTES
from gateway.routes.admin.door import cookie_name, next_page, secure
from tests.fixtures.person import Person, open_person

if TYPE_CHECKING:
    from tests.fixtures.house import Running

PUBLIC = {"/admin/sign-in", "/admin/sign-out", "/admin/openid", "/admin/openid/callback", "/admin/coverage"}


def concrete(path: str) -> str:
    return path.replace("{revision:int}", "1").replace("{exchange}", "0")


async def test_every_route_and_every_role(running: Running) -> None:
    async with AsyncExitStack() as stack:
        persons = {role: await stack.enter_async_context(open_person(running, role)) for role in Role}
        nobody = await stack.enter_async_context(open_person(running))
        for route in ROUTES:
            path = concrete(route.path)
            for role, person in persons.items():
                answer = await (person.get(path) if route.method == "GET" else person.post(path))
                refused = answer.status_code == 403
                assert refused is (route.permission not in ALLOWED[role]), (
                    route.method,
                    path,
                    role,
                    answer.status_code,
                )
                assert answer.status_code < 500, (route.method, path, role, answer.text)
            answer = await (nobody.get(path) if route.method == "GET" else nobody.post(path))
            assert answer.status_code == 303, (route.method, path)
            assert answer.headers["location"].startswith("/admin/sign-in?next=%2Fadmin")


async def test_no_page_below_admin_is_outside_the_table(running: Running) -> None:
    from gateway.app import build_app  # noqa: PLC0415, a second application over the same house

    known = {(route.method, route.path) for route in ROUTES}
    for route in build_app(running.house).routes:
        path = getattr(route, "path", "")
        if path.startswith("/admin") and path not in PUBLIC:
            for method in (getattr(route, "methods", None) or set()) - {"HEAD"}:
                assert (method, path) in known, (method, path)


async def test_a_form_from_elsewhere_is_refused(admin: Person) -> None:
    for origin, token, wanted in (
        ("right", "right", 303),
        ("right", "", 403),
        ("right", "x" * 32, 403),
        (None, "right", 403),
        ("https://evil.example", "right", 403),
        ("null", "right", 403),
        ("", "right", 403),
    ):
        headers = {} if origin is None else {"Origin": admin.origin if origin == "right" else origin}
        fields = {"name": "new", "role": "viewer", "password": "別の長い合言葉の文です。", "action": "create"}
        fields["csrf"] = admin.csrf if token == "right" else token
        answer = await admin.client.post("/admin/accounts", data=fields, headers=headers)
        assert answer.status_code == wanted, origin


async def test_a_token_of_another_session_is_refused(admin: Person, editor: Person) -> None:
    own, admin.csrf = admin.csrf, editor.csrf
    assert (await admin.post("/admin/accounts", action="disable", name="ed")).status_code == 403
    admin.csrf = own
    assert (await admin.post("/admin/accounts", action="disable", name="ed")).status_code == 303
    assert (await editor.get("/admin")).status_code == 303  # and the editor's session ended with it


async def test_pages_let_nothing_from_elsewhere_in(admin: Person) -> None:
    answer = await admin.get("/admin/rules/edit")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert " onclick" not in answer.text


async def test_signing_in_never_leads_away(stranger: Person, running: Running) -> None:
    await running.house.accounts.create("viewer", Role.VIEWER, "別の長い合言葉の文です。", actor="test")
    for wanted in (
        "https://evil.example/", "//evil.example", "/\\evil.example", "/admin//evil.example", "/admin/../../x",
        "javascript:alert(1)", "/leaderboard", "", "/admin\nLocation: https://evil.example", "/adminevil",
        "/admin@evil.example", "/check?next=https://evil.example",
    ):  # fmt: skip
        answer = await stranger.sign_in("viewer", "別の長い合言葉の文です。", wanted)
        assert (answer.status_code, answer.headers["location"]) == (303, "/admin"), wanted


@pytest.mark.parametrize("wanted", ["/admin", "/admin/history/3", "/admin/rules/edit?rule=pii%2Fperson", "/check"])
def test_pages_of_ours_may_be_next(wanted: str) -> None:
    assert next_page(wanted) == wanted


async def test_what_is_no_form(admin: Person) -> None:
    for content, kind, wanted in (
        (b"x" * (5 << 20), "application/x-www-form-urlencoded", 413),
        (b"a=1", "multipart/form-data; boundary=x", 415),
        (b"{}", "application/json", 415),
        (b"a=%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=%d" % n for n in range(300)), "application/x-www-form-urlencoded", 400),
        ("a=あ".encode(), "application/x-www-form-urlencoded", 400),
    ):
        headers = {"Origin": admin.origin, "Content-Type": kind}
        answer = await admin.client.post("/admin/accounts", content=content, headers=headers)
        assert answer.status_code == wanted
        assert "<h1>できませんでした</h1>" in answer.text


async def test_a_database_that_is_gone_is_told_on_a_page(admin: Person, running: Running) -> None:
    engine, running.house.store._engine = running.house.store._engine, None
    try:
        assert (await admin.get("/admin/history")).status_code == 503
    finally:
        running.house.store._engine = engine


@pytest.mark.parametrize(
    ("host", "address", "wanted"),
    [
        ("127.0.0.1:8080", None, (False, "sekimori")),
        ("localhost", None, (False, "sekimori")),
        ("10.0.0.1:8080", None, (True, "__Host-sekimori")),
        ("127.0.0.1:8080", "https://ai.city.example.jp", (True, "__Host-sekimori")),
        ("evil.example", None, (True, "__Host-sekimori")),
    ],
)
def test_beyond_this_computer_the_cookie_needs_tls(host: str, address: str | None, wanted: tuple[bool, str]) -> None:
    request: Any = SimpleNamespace(headers={"host": host})
    house: Any = SimpleNamespace(config=SimpleNamespace(admin=Admin(address=address)))
    assert (secure(request, house), cookie_name(request, house)) == wanted


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        ("PUT", "/admin", 405, "その操作はできません"),
        ("DELETE", "/admin/rules/edit", 405, "その操作はできません"),
        ("POST", "/admin/audit", 405, "その操作はできません"),
        ("PATCH", "/admin/keys", 405, "その操作はできません"),
        ("PUT", "/check", 405, "その操作はできません"),
        ("GET", "/admin/nowhere", 404, "お探しの画面はありません"),
        ("GET", "/admin/history/first", 404, "お探しの画面はありません"),
    ],
)
async def test_what_no_page_answers_is_told_on_a_page(
    stranger: Person, method: str, path: str, status: int, told: str
) -> None:
    answer = await stranger.client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert told in answer.text
    assert ("allow" in answer.headers) is (status == 405)
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    english = await stranger.client.request(method, path, headers={"Accept-Language": "en"})
    assert told not in english.text
    assert '<html lang="en"' in english.text


async def test_programs_that_ask_for_coverage_get_json(stranger: Person) -> None:
    answer = await stranger.client.post("/admin/coverage", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
    assert set((await stranger.client.post("/v1/models")).headers["allow"].split(", ")) == {"GET", "HEAD"}
