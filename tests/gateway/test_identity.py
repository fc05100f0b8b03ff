from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.errors import BadRequest, Unauthorized
from gateway.identity import DEMO_KEY, Identity, decoded
from tests.gateway.fakes import CALLER


class Directory:
    async def find(self, key: str) -> Any:
        return CALLER if key == "good" else None

    def pseudonym(self, person: str) -> str:
        return f"p({person})"


def identity(*, demo: bool = False) -> Identity:
    return Identity(Directory(), "X-Sekimori-Person", CALLER if demo else None)  # type: ignore[arg-type]


async def test_a_good_key() -> None:
    assert await identity().identify({"authorization": "Bearer good"}, "10.0.0.1") is CALLER
    assert await identity().identify({"authorization": "bearer  good "}, None) is CALLER


@pytest.mark.parametrize("value", ["", "good", "Bearer", "Bearer ", "Basic good", "Bearer bad", f"Bearer {DEMO_KEY}"])
async def test_no_good_key(value: str) -> None:
    with pytest.raises(Unauthorized):
        await identity().identify({"authorization": value}, "127.0.0.1")


@pytest.mark.parametrize(
    ("peer", "wanted"),
    [("127.0.0.1", True), ("::1", True), ("127.8.8.8", True), ("10.0.0.1", False), (None, False), ("localhost", False)],
)
async def test_the_demo_key_is_for_this_computer_only(peer: str | None, wanted: bool) -> None:  # noqa: FBT001
    headers = {"authorization": f"Bearer {DEMO_KEY}"}
    if wanted:
        assert await identity(demo=True).identify(headers, peer) is CALLER
    else:
        with pytest.raises(Unauthorized):
            await identity(demo=True).identify(headers, peer)


APPLICATION = replace(CALLER, kind="application", person=None)


@pytest.mark.parametrize(
    ("headers", "user", "wanted"),
    [
        ({"x-sekimori-person": "tanaka"}, None, "p(tanaka)"),
        ({}, "tanaka", "p(tanaka)"),
        ({"x-sekimori-person": "suzuki"}, "tanaka", "p(suzuki)"),
        ({}, "  ", None),
        ({}, 3, None),
        ({}, None, None),
    ],
)
def test_an_application_names_the_person(headers: dict[str, str], user: Any, wanted: str | None) -> None:
    body = {} if user is None else {"user": user}
    assert identity().person(APPLICATION, headers, body).person == wanted
    if user is not None:
        assert body["user"] == (wanted or "p(key:k-1)")


@pytest.mark.parametrize("caller", [CALLER, APPLICATION])
def test_the_later_name_of_user_goes_the_same_way(caller: Any) -> None:
    body = {"safety_identifier": "tanaka", "prompt_cache_key": "tanaka"}
    found = identity().person(caller, {}, body)
    assert found.person == (caller.person or "p(tanaka)")
    assert body == {"safety_identifier": found.person, "prompt_cache_key": "p(cache:tanaka)"}


def test_a_person_cannot_name_another() -> None:
    body = {"user": "boss"}
    assert identity().person(CALLER, {"x-sekimori-person": "boss"}, body).person == CALLER.person
    assert body["user"] == CALLER.person


@pytest.mark.parametrize(
    ("key", "header", "wanted"),
    [
        ("", "", ""),
        ("2", "", "2"),
        ("", "3b", "3B"),
        ("3C", "1", "3C"),
        ("2", "3A", "3A"),
        ("", "%E6%A9%9F%E5%AF%86%E6%80%A72", "2"),
    ],
)
def test_the_stricter_class_of_key_and_header(key: str, header: str, wanted: str) -> None:
    headers = {"x-sekimori-classification": header} if header else {}
    assert identity().classification(replace(CALLER, classification=key), headers) == wanted


def test_a_misspelt_class_is_refused() -> None:
    with pytest.raises(BadRequest, match="3A、3B、3C、2、1"):
        identity().classification(CALLER, {"x-sekimori-classification": "3D"})


def test_a_reason_is_read_in_each_way_in_which_it_is_sent() -> None:
    raw = "災害対応のため".encode().decode("latin-1")
    assert identity().reason({"x-sekimori-reason": raw}) == "災害対応のため"
    assert identity().reason({"x-sekimori-reason": "%E7%81%BD%E5%AE%B3%E5%AF%BE%E5%BF%9C%E4%B8%AD"}) == "災害対応中"
    assert identity().reason({}) is None
    assert decoded("%E7%81%BD%E5%AE%B3") == "災害"


@pytest.mark.parametrize("value", ["", "  ", "急ぎ", "x" * 501])
def test_a_word_is_no_reason(value: str) -> None:
    with pytest.raises(BadRequest):
        identity().reason({"x-sekimori-reason": value})
