"""The door of the pages: who may pass, and what every answer carries. Each route is a row of a table."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response

from gateway.accounts.accounts import Session, same
from gateway.errors import ApiError
from metrics.store import StoreError

if TYPE_CHECKING:
    from starlette.requests import Request

    from gateway.accounts.roles import Permission
    from gateway.app import House
    from gateway.pages import Pages

COOKIE = "sekimori"
CSRF = "csrf"
_MOST_FIELDS = 200
_NEXT = re.compile(r"/(?:admin|check)(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*(?:\?[A-Za-z0-9_.=&%/-]*)?")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a person to a page: who, what was filled in, and what is needed to answer."""

    request: Request
    house: House
    pages: Pages
    session: Session
    form: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def actor(self) -> str:
        """The account's name, as it stands in the audit chain."""
        return self.session.account.name

    def page(self, template: str, /, *, status: int = 200, **values: Any) -> Response:
        """A page of ``templates/admin`` with the layout's values."""
        return page(self.pages, self.house, template, status=status, session=self.session, visit=self, **values)

    def value(self, name: str, default: str = "") -> str:
        """A field of the form, or of the address."""
        return self.form.get(name, self.request.query_params.get(name, default))


Handler = Callable[[Visit], Awaitable[Response]]
Route = Callable[["Request"], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class AdminRoute:
    """A row of the table: who may do what where."""

    method: str
    path: str
    permission: Permission
    handler: Handler


class FormError(Exception):
    """A form that is not read; the answer's status and why, in Japanese."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def answering(house: House, pages: Pages, handle: Route) -> Route:
    """A route function whose refusals are pages."""

    async def serve(request: Request) -> Response:
        try:
            return await handle(request)
        except (ApiError, FormError) as error:
            return problem(pages, house, error.status, error.message)
        except StoreError:
            return problem(pages, house, 503, "ただいまデータベースを使えません。しばらくしてから開き直してください。")

    return serve


def guarded(route: AdminRoute, house: House, pages: Pages) -> Route:
    """The route function of a row: nobody passes who is not signed in, may not, or was sent by another site."""

    async def handle(request: Request) -> Response:
        session = await signed_in(request, house)
        if session is None:
            return _to_sign_in(request)
        form = await read_form(request, house) if request.method == "POST" else {}
        if request.method == "POST":
            check_token(form, session)
        if not session.account.may(route.permission):
            raise FormError(403, f"{session.account.role.word}の役割では、この操作はできません。")
        return await route.handler(Visit(request, house, pages, session, form))

    return answering(house, pages, handle)


def check_token(form: Mapping[str, str], session: Session) -> None:
    """Raise FormError where the form is not one that we gave to this session."""
    if not same(form.get(CSRF, ""), session.csrf):
        raise FormError(403, "画面の有効期限が切れました。戻って、画面を開き直してください。")


async def signed_in(request: Request, house: House) -> Session | None:
    """Who is signed in; None for nobody. Raises StoreError."""
    token = request.cookies.get(cookie_name(request, house))
    return await house.accounts.session(token) if token else None


async def read_form(request: Request, house: House) -> dict[str, str]:
    """The fields of a form that our own page sent. Raises FormError: 403, 408, 413, 415, 400."""
    if not from_here(request, house):
        raise FormError(403, "ほかのサイトから送られた操作は受け付けません。")
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise FormError(415, "この形式では受け付けません。")
    limit = house.config.server.max_body_bytes
    size, chunks = 0, list[bytes]()
    try:
        async with asyncio.timeout(house.config.server.body_timeout_seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise FormError(413, f"大きすぎます（送れるのは{limit:,}バイトまで）。ファイルを分けてください。")
                chunks.append(chunk)
        pairs = parse_qsl(b"".join(chunks).decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS,
                          encoding="utf-8", errors="strict")  # fmt: skip
    except TimeoutError:
        raise FormError(408, "時間内に届きませんでした。もう一度お試しください。") from None
    except (ValueError, ClientDisconnect):
        raise FormError(400, "送られた内容を読めません。") from None
    # A browser ends the lines of a text area with CR LF.
    return {name: value.replace("\r\n", "\n") for name, value in pairs}


def from_here(request: Request, house: House) -> bool:
    """Whether a page of ours sent this, by the Origin header that every browser adds to a POST."""
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == urlsplit(address(request, house)).netloc


def address(request: Request, house: House) -> str:
    """Scheme and host by which people reach us: as configured, else as they asked."""
    configured = house.config.admin.address
    return configured or f"http://{request.headers.get('host', '')}"


def cookie_name(request: Request, house: House) -> str:
    """With TLS a name that no other host or path can plant (RFC 6265bis, ``__Host-``)."""
    return f"__Host-{COOKIE}" if secure(request, house) else COOKIE


def secure(request: Request, house: House) -> bool:
    """Whether the cookie may only travel over TLS: always, but for this very computer."""
    parts = urlsplit(address(request, house))
    return parts.scheme == "https" or (parts.hostname or "") not in {"127.0.0.1", "localhost", "::1"}


def set_cookie(response: Response, request: Request, house: House, token: str) -> None:
    """Hand over a session. An empty token takes it away."""
    name, only = cookie_name(request, house), secure(request, house)
    if not token:
        response.delete_cookie(name, path="/", secure=only, httponly=True, samesite="lax")
        return
    seconds = int(house.config.admin.session_hours * 3600)
    response.set_cookie(name, token, max_age=seconds, path="/", secure=only, httponly=True, samesite="lax")


def next_page(wanted: str) -> str:
    """Where to go after signing in: a page of ours, never an address that somebody else chose."""
    return wanted if _NEXT.fullmatch(wanted) and "//" not in wanted else "/admin"


def page(pages: Pages, house: House, template: str, /, *, status: int = 200, **values: Any) -> Response:
    """A page with scripts and styles from here alone; ``nonce`` is for the styles that the editor makes."""
    nonce = secrets.token_urlsafe(16)
    values = {"session": None, "municipality": house.config.municipality.name, "nonce": nonce, "path": "", **values}
    response = pages.page(f"admin/{template}", status=status, **values)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "same-origin"  # without it a browser hides the Origin of our own forms
    return response


def problem(pages: Pages, house: House, status: int, message: str) -> Response:
    """A page that says why something was not done."""
    return page(pages, house, "problem.html", status=status, message=message)


def back(path: str) -> Response:
    """To a page of ours, after something was done."""
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def _to_sign_in(request: Request) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = next_page(wanted) if request.method == "GET" else "/admin"
    return back(f"/admin/sign-in?next={quote(target, safe='')}")
