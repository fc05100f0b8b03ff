"""Names and addresses as recognizers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redaction.recognizers.people import Addresses, Names

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "青葉野市本町1-2-3の山田太郎様から電話。"


def test_names_and_addresses(find: Callable[..., Any]) -> None:
    assert find(Names(), TEXT) == [("person", "山田太郎")]
    assert find(Addresses(), TEXT) == [("address", "青葉野市本町1-2-3")]
    assert (Names().kinds, Addresses().kinds) == (("person",), ("address",))
