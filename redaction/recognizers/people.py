"""Who and where: names and addresses, read from words and their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redaction.recognizers.base import PageRecognizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redaction.hit import Hit
    from redaction.page import Page


class Names(PageRecognizer):
    """Names of persons, without their honorifics."""

    kinds = ("person",)

    def on(self, page: Page) -> Iterable[Hit]:
        """As the page read them."""
        return page.people


class Addresses(PageRecognizer):
    """Addresses, from prefecture, city or town to building and room."""

    kinds = ("address",)

    def on(self, page: Page) -> Iterable[Hit]:
        """As the page read them."""
        return page.homes
