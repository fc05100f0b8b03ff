"""Every string but names of the protocol and what a provider sealed."""

from __future__ import annotations

import pytest

from gateway.endpoints.leaves import leaves, plain, sealed


def test_every_string_is_found_with_its_place() -> None:
    node = {"a": ["x", {"b": "山田"}], "n": 1, "id": "msg_1", "type": "text", "none": None, "empty": ""}
    found = [(path, holder[index]) for path, holder, index in leaves(node)]
    assert found == [(("a", 0), "x"), (("a", 1, "b"), "山田")]
    assert list(leaves("x")) == []


@pytest.mark.parametrize("name", ["id", "type", "status", "model"])
def test_a_name_that_holds_a_text_is_a_text(name: str) -> None:
    assert [path for path, _, _ in leaves({name: "山田 太郎"})] == [(name,)]


def test_only_what_looks_sealed_is_passed_over() -> None:
    assert sealed("signature", "c2VhbGVk")
    assert not sealed("signature", "山田")
    assert not sealed("note", "c2VhbGVk")
    assert [path for path, _, _ in leaves({"encrypted_content": "c2Vh", "signature": "山田"})] == [("signature",)]


def test_plain() -> None:
    assert plain("resp_1-a.b:c/d")
    assert not plain("a b")
    assert not plain("x" * 129)
