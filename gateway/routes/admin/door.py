"""The door of the pages: who may pass, and what every answer carries. Each route is a row of a table."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response

from gateway.accounts.accounts import Session, same
from gateway.errors import ApiError
from gateway.language import Told, mark
from gateway.pages import language_of
from metrics.store import StoreError

if TYPE_CHECKING:
    from starlette.requests import Request

    from gateway.accounts.roles import Permission
    from gateway.app import House
    from gateway.language import Language
    from gateway.pages import Pages

COOKIE = "sekimori"
CSRF = "csrf"
_MOST_FIELDS = 200
_NEXT = re.compile(r"/(?:admin|check)(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*(?:\?[A-Za-z0-9_.=&%/-]*)?")


class Upload(NamedTuple):
    """A file that was sent with a form. ``name`` is what the sender called it: not to be trusted as a path."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a person to a page: who, what was filled in, and what is needed to answer."""

    request: Request
    house: House
    pages: Pages
    session: Session
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: Sequence[Upload] = field(default=(), repr=False)

    @property
    def actor(self) -> str:
        """The account's name, as it stands in the audit chain."""
        return self.session.account.name

    def page(self, template: str, /, *, status: int = 200, **values: Any) -> Response:
        """A page of ``templates/admin`` with the layout's values."""
        return page(self.pages, self.house, self.request, template, status=status, session=self.session, **values)

    @property
    def language(self) -> Language:
        """The reader's."""
        return self.pages.languages[language_of(self.request)]

    def value(self, name: str, default: str = "") -> str:
        """A field of the form, or of the address."""
        return self.form.get(name, self.request.query_params.get(name, default))


Handler = Callable[[Visit], Awaitable[Response]]
Route = Callable[["Request"], Awaitable[Response]]
Telling = Callable[["Request", ApiError], "Response | None"]
"""The page of an error that no page raised; None where the path is none of theirs."""


@dataclass(frozen=True, slots=True)
class AdminRoute:
    """A row of the table: who may do what where."""

    method: str
    path: str
    permission: Permission
    handler: Handler
    upload: int = 0
    """Bytes that may be sent with files; 0 where a form has none."""


class FormError(Told):
    """A form that is not read; the answer's status and why."""

    def __init__(self, status: int, message: str, /, **values: object) -> None:
        super().__init__(message, **values)
        self.status = status


def answering(house: House, pages: Pages, handle: Route) -> Route:
    """A route function whose refusals are pages."""

    async def serve(request: Request) -> Response:
        try:
            return await handle(request)
        except (ApiError, FormError) as error:
            return problem(pages, house, request, error.status, error)
        except StoreError:
            busy = mark("ただいまデータベースを使えません。しばらくしてから開き直してください。")
            return problem(pages, house, request, 503, Told(busy))

    return serve


def guarded(route: AdminRoute, house: House, pages: Pages) -> Route:
    """The route function of a row: nobody passes who is not signed in, may not, or was sent by another site."""

    async def handle(request: Request) -> Response:
        session = await signed_in(request, house)
        if session is None:
            return _to_sign_in(request)
        if not session.account.may(route.permission):
            role = pages.languages[language_of(request)].text(session.account.role.word)
            raise FormError(403, mark("{role}の役割では、この操作はできません。"), role=role)
        form: Mapping[str, str] = {}
        files: Sequence[Upload] = ()
        if request.method == "POST":
            if route.upload:
                form, files = await read_files(request, house, route.upload)
            else:
                form = await read_form(request, house)
            check_token(form, session)
        return await route.handler(Visit(request, house, pages, session, form, files))

    return answering(house, pages, handle)


def check_token(form: Mapping[str, str], session: Session) -> None:
    """Raise FormError where the form is not one that we gave to this session."""
    if not same(form.get(CSRF, ""), session.csrf):
        raise FormError(403, mark("画面の有効期限が切れました。戻って、画面を開き直してください。"))


async def signed_in(request: Request, house: House) -> Session | None:
    """Who is signed in; None for nobody. Raises StoreError."""
    token = request.cookies.get(cookie_name(request, house))
    return await house.accounts.session(token) if token else None


async def read_form(request: Request, house: House) -> dict[str, str]:
    """The fields of a form that our own page sent. Raises FormError: 403, 408, 413, 415, 400."""
    _check_form(request, house, "application/x-www-form-urlencoded")
    with _in_words():
        async with asyncio.timeout(house.config.server.body_timeout_seconds):
            body = [chunk async for chunk in _pieces(request, house.config.server.max_body_bytes)]
        pairs = parse_qsl(b"".join(body).decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS,
                          encoding="utf-8", errors="strict")  # fmt: skip
    # A browser ends the lines of a text area with CR LF.
    return {name: value.replace("\r\n", "\n") for name, value in pairs}


async def read_files(request: Request, house: House, limit: int) -> tuple[dict[str, str], list[Upload]]:
    """The fields of a form that our own page sent, and its files, at most ``limit`` bytes together. Raises FormError."""
    _check_form(request, house, "multipart/form-data")
    with _in_words():
        async with asyncio.timeout(house.config.server.body_timeout_seconds):
            parser = MultiPartParser(
                request.headers, _pieces(request, limit), max_files=_MOST_FIELDS, max_fields=_MOST_FIELDS
            )
            sent = await parser.parse()
        fields: dict[str, str] = {}
        files: list[Upload] = []
        for name, value in sent.multi_items():
            if isinstance(value, str):
                fields[name] = value.replace("\r\n", "\n")
            elif value.filename:  # an empty field of files is sent with no name
                files.append(Upload(value.filename, await value.read()))
        await sent.close()
    return fields, files


def _check_form(request: Request, house: House, wanted: str) -> None:
    if not from_here(request, house):
        raise FormError(403, mark("ほかのサイトから送られた操作は受け付けません。"))
    if request.headers.get("content-type", "").partition(";")[0].strip() != wanted:
        raise FormError(415, mark("この形式では受け付けません。"))


async def _pieces(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            most = mark("大きすぎます（送れるのは{limit}バイトまで）。ファイルを分けてください。")
            raise FormError(413, most, limit=f"{limit:,}")
        yield chunk


@contextmanager
def _in_words() -> Iterator[None]:
    """What goes wrong with a form, as people read it."""
    try:
        yield
    except TimeoutError:
        raise FormError(408, mark("時間内に届きませんでした。もう一度お試しください。")) from None
    except (ValueError, ClientDisconnect, MultiPartException):
        raise FormError(400, mark("送られた内容を読めません。")) from None


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


def page(
    pages: Pages, house: House, request: Request, template: str, /, *, status: int = 200, **values: Any
) -> Response:
    """A page with scripts and styles from here alone; ``nonce`` is for the styles that the editor makes."""
    nonce = secrets.token_urlsafe(16)
    values = {"session": None, "municipality": house.config.municipality.name, "nonce": nonce, "path": "", **values}
    response = pages.page(f"admin/{template}", status=status, language=language_of(request), **values)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "same-origin"  # without it a browser hides the Origin of our own forms
    return response


def problem(pages: Pages, house: House, request: Request, status: int, error: Exception) -> Response:
    """A page that says why something was not done."""
    message = pages.languages[language_of(request)].tell(error)
    return page(pages, house, request, "problem.html", status=status, message=message)


def telling(house: House, pages: Pages) -> Telling:
    """What tells errors of the paths of pages to a person: no such page, no such method, anything unforeseen."""
    known = {
        404: mark("お探しの画面はありません。"),
        405: mark("この画面では、その操作はできません（HTTP のメソッドが違います）。"),
    }
    other = mark("ゲートウェイの内部で問題が起きました。システム管理者に連絡してください。")

    def tell(request: Request, error: ApiError) -> Response | None:
        path = request.url.path
        if path not in ("/admin", "/check") and not path.startswith(("/admin/", "/check/")):
            return None
        if path == "/admin/coverage" and "text/html" not in request.headers.get("accept", ""):
            return None
        response = problem(pages, house, request, error.status, Told(known.get(error.status, other)))
        response.headers.update(error.headers)
        return response

    return tell


def back(path: str) -> Response:
    """To a page of ours, after something was done."""
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def _to_sign_in(request: Request) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = next_page(wanted) if request.method == "GET" else "/admin"
    return back(f"/admin/sign-in?next={quote(target, safe='')}")
