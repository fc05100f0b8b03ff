"""The pages of those who govern (``/admin``) and of every member of staff (``/check``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway import statute_uploads
from gateway.accounts.roles import Permission
from gateway.accounts.throttle import Throttle
from gateway.pages import Pages
from gateway.routes.admin import (
    changes,
    library,
    public,
    records,
    registry,
    reports,
    rules,
    signin,
    staff,
    trial,
)
from gateway.routes.admin.door import AdminRoute, Telling, guarded, telling

if TYPE_CHECKING:
    from fastapi import FastAPI

    from gateway.app import House

ROUTES: tuple[AdminRoute, ...] = (
    AdminRoute("GET", "/admin", Permission.SEE, rules.overview),
    AdminRoute("GET", "/admin/rules", Permission.SEE, rules.listing),
    AdminRoute("GET", "/admin/rules/edit", Permission.EDIT, rules.editor),
    AdminRoute("POST", "/admin/rules/edit", Permission.EDIT, rules.edited),
    AdminRoute("POST", "/admin/rules/faults", Permission.EDIT, rules.faults),
    AdminRoute("GET", "/admin/history", Permission.SEE, changes.listing),
    AdminRoute("GET", "/admin/history/{revision:int}", Permission.SEE, changes.one),
    AdminRoute("POST", "/admin/history/{revision:int}", Permission.APPROVE, changes.decided),
    AdminRoute("POST", "/admin/history/{revision:int}/withdraw", Permission.EDIT, changes.withdrawn),
    AdminRoute("POST", "/admin/history/back", Permission.APPROVE, changes.rolled_back),
    AdminRoute("GET", "/admin/try", Permission.SEE, trial.form),
    AdminRoute("POST", "/admin/try", Permission.SEE, trial.tried),
    AdminRoute("GET", "/admin/reports", Permission.EDIT, reports.listing),
    AdminRoute("POST", "/admin/reports", Permission.EDIT, reports.closed),
    AdminRoute("GET", "/admin/exchanges", Permission.AUDIT, records.exchanges),
    AdminRoute("GET", "/admin/exchanges/{exchange}", Permission.AUDIT, records.exchange),
    AdminRoute("GET", "/admin/allowlist", Permission.SEE, public.editor),
    AdminRoute("POST", "/admin/allowlist", Permission.EDIT, public.edited),
    AdminRoute("POST", "/admin/allowlist/faults", Permission.EDIT, public.faults),
    AdminRoute("GET", "/admin/statutes", Permission.SEE, library.listing),
    AdminRoute("POST", "/admin/statutes", Permission.EDIT, library.changed, upload=statute_uploads.LARGEST),
    AdminRoute("GET", "/admin/audit", Permission.AUDIT, records.audit),
    AdminRoute("GET", "/admin/keys", Permission.ADMINISTER, registry.keys),
    AdminRoute("POST", "/admin/keys", Permission.ADMINISTER, registry.keys_changed),
    AdminRoute("GET", "/admin/departments", Permission.ADMINISTER, registry.departments),
    AdminRoute(
        "POST", "/admin/departments", Permission.ADMINISTER, registry.roster_changed, upload=registry.LARGEST_ROSTER
    ),
    AdminRoute("GET", "/admin/accounts", Permission.ADMINISTER, registry.accounts),
    AdminRoute("POST", "/admin/accounts", Permission.ADMINISTER, registry.accounts_changed),
)
"""Every page behind the sign-in, with what it needs."""

_FAILURES, _SECONDS = 20, 900.0


def mount(app: FastAPI, house: House) -> Telling:
    """Add the pages to the application; return what tells as a page that there is none, or not for this method."""
    pages = Pages()
    for route in ROUTES:
        app.add_route(route.path, guarded(route, house, pages), methods=[route.method])
    most = house.config.server.share(_FAILURES)  # each worker counts for itself
    throttle = Throttle(most, _SECONDS)
    app.add_route("/admin/sign-in", signin.form(house, pages), methods=["GET"])
    app.add_route("/admin/sign-in", signin.sign_in(house, pages, throttle), methods=["POST"])
    app.add_route("/admin/sign-out", signin.sign_out(house, pages), methods=["POST"])
    if house.openid is not None:
        app.add_route("/admin/openid", signin.to_provider(house, pages, house.openid), methods=["GET"])
        app.add_route("/admin/openid/callback", signin.from_provider(house, pages, house.openid), methods=["GET"])
    app.add_route("/check", staff.form(house, pages), methods=["GET"])
    app.add_route("/check", staff.tried(house, pages), methods=["POST"])
    app.add_route("/check/report", staff.reported(house, pages, Throttle(most, _SECONDS)), methods=["POST"])
    return telling(house, pages)
