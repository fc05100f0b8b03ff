from __future__ import annotations

import base64

import pytest

from gateway.leaderboard.access import Access, read_access

TOKEN = "0123456789abcdef-あ"
NETWORKS = ("10.1.0.0/16", "fd00::/8")


def basic(password: str, name: str = "viewer") -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def bearer(token: str) -> str:
    return f"bearer {token}".encode().decode("latin-1")  # as Starlette hands it on


def test_unconfigured_everybody_who_reaches_the_gateway_sees_it() -> None:
    assert read_access((), None, {}).admits(None, "")


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("10.1.2.3", True), ("10.2.0.1", False), ("fd00::1", True), ("fe80::1", False), ("::ffff:10.1.2.3", True),
        ("::ffff:10.2.0.1", False), (None, False), ("", False), ("10.1.2.3, 8.8.8.8", False), ("testclient", False),
    ],
)  # fmt: skip
def test_networks(address: str | None, near: bool) -> None:  # noqa: FBT001, a column of the table
    assert read_access(NETWORKS, None, {}).admits(address, basic(TOKEN)) is near


@pytest.mark.parametrize(
    ("authorization", "known"),
    [
        (basic(TOKEN), True), (basic(TOKEN, ""), True), (bearer(TOKEN), True), (bearer(f" {TOKEN} "), True),
        ("", False), ("Bearer", False), ("Bearer ", False), (basic(""), False), (basic(TOKEN + "x"), False),
        (basic(TOKEN[:-1]), False), ("Basic !!!", False), ("Basic " + "A" * 100_001, False), (f"Digest {TOKEN}", False),
        ("Basic " + base64.b64encode(TOKEN.encode()).decode(), False), ("Bearer \udcff", False),
    ],
)  # fmt: skip
def test_the_token(authorization: str, known: bool) -> None:  # noqa: FBT001, a column of the table
    access = read_access((), "VIEWERS", {"VIEWERS": TOKEN})
    assert access.admits("192.0.2.1", authorization) is known


def test_either_will_do() -> None:
    access = read_access(NETWORKS, "VIEWERS", {"VIEWERS": TOKEN})
    assert access.admits("10.1.2.3", "")
    assert access.admits("192.0.2.1", basic(TOKEN))
    assert not access.admits("192.0.2.1", "")


@pytest.mark.parametrize("environ", [{}, {"VIEWERS": ""}, {"VIEWERS": "short"}])
def test_a_token_that_is_missing_or_short_is_an_error(environ: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"VIEWERS.*at least 16") as refused:
        read_access((), "VIEWERS", environ)
    assert "short" not in str(refused.value)


def test_without_a_token_no_empty_password_is_right() -> None:
    assert not Access(read_access(NETWORKS, None, {}).networks, None).admits("192.0.2.1", basic(""))
