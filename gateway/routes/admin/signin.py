"""Signing in and out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from gateway.accounts.accounts import SignInError
from gateway.language import mark
from gateway.pages import language_of
from gateway.routes.admin.door import (
    FormError,
    answering,
    back,
    check_token,
    cookie_name,
    next_page,
    page,
    read_form,
    secure,
    set_cookie,
    signed_in,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from gateway.accounts.openid import Provider
    from gateway.accounts.throttle import Throttle
    from gateway.app import House
    from gateway.pages import Pages
    from gateway.routes.admin.door import Route


log = logging.getLogger("sekimori.signin")

_TICKET = "sekimori-openid"


def form(house: House, pages: Pages) -> Route:
    """The page with the form."""

    async def serve(request: Request) -> Response:
        return _form(pages, house, request, next_page(request.query_params.get("next", "")))

    return serve


def sign_in(house: House, pages: Pages, throttle: Throttle) -> Route:
    """Check name and password. From one address only so many failures pass, whatever the names."""

    async def handle(request: Request) -> Response:
        peer = request.client.host if request.client else ""
        fields = await read_form(request, house)
        wanted = next_page(fields.get("next", ""))
        if throttle.wait(peer):
            raise FormError(429, mark("失敗が続いたため、しばらく受け付けません。時間をおいてお試しください。"))
        try:
            token = await house.accounts.sign_in(fields.get("name", ""), fields.get("password", ""))
        except SignInError as error:
            throttle.failed(peer)
            return _form(pages, house, request, wanted, pages.languages[language_of(request)].tell(error), status=401)
        response = back(wanted)
        set_cookie(response, request, house, token)
        return response

    return answering(house, pages, handle)


def sign_out(house: House, pages: Pages) -> Route:
    """End the session here and in the browser."""

    async def handle(request: Request) -> Response:
        fields = await read_form(request, house)
        session = await signed_in(request, house)
        if session is not None:
            check_token(fields, session)
            await house.accounts.sign_out(request.cookies[cookie_name(request, house)])
        response = back("/admin/sign-in")
        set_cookie(response, request, house, "")
        return response

    return answering(house, pages, handle)


def to_provider(house: House, pages: Pages, provider: Provider) -> Route:
    """Off to the identity provider. A ticket stays in the browser, for the way back."""

    async def handle(request: Request) -> Response:
        try:
            target, ticket = await provider.begin(next_page(request.query_params.get("next", "")))
        except SignInError as error:
            log.warning("openid: %s", error.why)
            raise FormError(503, error.message) from None
        response = back(target)
        only = secure(request, house)
        response.set_cookie(
            _TICKET, ticket, max_age=600, path="/admin/openid", secure=only, httponly=True, samesite="lax"
        )
        return response

    return answering(house, pages, handle)


def from_provider(house: House, pages: Pages, provider: Provider) -> Route:
    """Back from the identity provider."""

    async def handle(request: Request) -> Response:
        try:
            vouched, wanted = await provider.finish(request.query_params, request.cookies.get(_TICKET, ""))
            token = await house.accounts.sign_in_as(vouched.subject, vouched.name, vouched.role)
        except SignInError as error:
            log.warning("openid: %s", error.why)
            raise FormError(403, error.message) from None
        response = back(next_page(wanted))
        set_cookie(response, request, house, token)
        response.delete_cookie(_TICKET, path="/admin/openid")
        return response

    return answering(house, pages, handle)


def _form(pages: Pages, house: House, request: Request, wanted: str, fault: str = "", *, status: int = 200) -> Response:
    openid = house.config.admin.openid is not None
    return page(pages, house, request, "sign_in.html", status=status, next=wanted, fault=fault, openid=openid)
