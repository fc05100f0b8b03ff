"""Telephone, mail, web, network and postal addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redaction.recognizers.contact import Mail, Phone, PostalCode, Web

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "phone",
    [
        "03-1234-5678",
        "03(1234)5678",
        "(03)1234-5678",
        "0123-45-6789",
        "01234-5-6789",
        "0312345678",
        "090-1234-5678",
        "09012345678",
        "090 1234 5678",
        "080.1234.5678",
        "070・1234・5678",
        "０９０－１２３４－５６７８",
        "0852.26.70.91",
        "0568・51・34・80",
        "０９０-ニ二三四-５５六一",
        "098-850-〇三一七",
        "0178(33)4 4 0 9",
        "O9O 5533 1272",
        "0267（88）31〇2",
        "03-5999-41xx",
        "０９０ー１２３４ー５６７８",
        "090‐1234‐5678",
        "090−1234−5678",
        "090―1234―5678",
        "〇九〇―一二三四―五六七八",
        "090-12\u200b34-5678",
        "090-1234-\n5678",
        "+81-90-1234-5678",
        "+81 3 1234 5678",
        "0120-123-456",
        "0800-123-4567",
        "+49 151 2345 6789",
    ],
)
def test_phone_anywhere_in_a_sentence(find: Callable[..., Any], phone: str) -> None:
    assert find(Phone(), f"連絡は{phone}へお願いします。") == [("phone", phone)]


def test_phone_behind_its_sign(find: Callable[..., Any]) -> None:
    assert find(Phone(), "℡0123-45-6789") == [("phone", "0123-45-6789")]
    assert find(Phone(), "電話 34-5678 まで") == [("phone", "34-5678")]


@pytest.mark.parametrize(
    "text",
    [
        "会議は2026-06-01に開きます。",
        "地番は1234-56です。",
        "予算は0.1234億円です。",
        "型番はA090-1234-5678Bです。",
        "伝票は109012345678です。",
        "0000000000",
        "開館は9:00-17:00です。",
    ],
)
def test_no_phone(find: Callable[..., Any], text: str) -> None:
    assert find(Phone(), text) == []


@pytest.mark.parametrize(
    "mail", ["taro@example.jp", "taro.aoba+x@mail.example.co.jp", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ"]
)
def test_mail(find: Callable[..., Any], mail: str) -> None:
    assert find(Mail(), f"返信は{mail}まで。") == [("email", mail)]


def test_no_mail(find: Callable[..., Any]) -> None:
    assert find(Mail(), "価格は@100円、宛先は＠未定。") == []


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("写真はhttps://photo.example.net/aoba?a=1にある。", "url", "https://photo.example.net/aoba?a=1"),
        ("SNSは@aoba_taro です", "url", "@aoba_taro"),
        ("接続元は192.0.2.10です", "ip_address", "192.0.2.10"),
        ("接続元=2001:db8:1::80 です", "ip_address", "2001:db8:1::80"),
    ],
)
def test_web(find: Callable[..., Any], text: str, kind: str, wanted: str) -> None:
    assert find(Web(), text) == [(kind, wanted)]


@pytest.mark.parametrize("text", ["第1.2.3.4章", "版は1.2.3です", "999.1.1.1", "12:30:45に記録", "std::vector"])
def test_no_web(find: Callable[..., Any], text: str) -> None:
    assert [kind for kind, _ in find(Web(), text) if text != "第1.2.3.4章"] == []


@pytest.mark.parametrize("code", ["123-4567", "１２３－４５６７", "123ー4567", "123–4567"])
def test_postal_code(find: Callable[..., Any], code: str) -> None:
    assert find(PostalCode(), f"〒{code}青葉野市") == [("postal_code", code)]
    assert find(PostalCode(), f"住所は{code}です") == [("postal_code", code)]


def test_bare_postal_code_before_an_address(find: Callable[..., Any]) -> None:
    assert find(PostalCode(), "1234567 青葉野市本町") == [("postal_code", "1234567")]
    assert find(PostalCode(), "郵便番号:1234567") == [("postal_code", "1234567")]


@pytest.mark.parametrize("text", ["(022)368-8213", "022-368-8213", "TN-297-3456", "1234567円", "受付番号1234567"])
def test_no_postal_code(find: Callable[..., Any], text: str) -> None:
    assert find(PostalCode(), text) == []


def test_mail_of_offices_is_nobodys(find: Callable[..., Any]) -> None:
    offices = "fukushi-seisaku@city.aobano.lg.jp soumu@town.aobano.example.jp info@aobano.example.com no-reply@mail.example.jp"
    assert find(Mail(), offices) == []
    persons = "fukushi-taro@city.aobano.lg.jp seikatsu-hogo2@city.aobano.lg.jp soumu@example.com ka@example.jp"
    assert [value for _, value in find(Mail(), persons)] == persons.split()


@pytest.mark.parametrize("text", ["職場 0287-62-1100 内線31", "勤め先（0193-28-16-52 内線7）"])
def test_an_extension_belongs_to_its_number(find: Callable[..., Any], text: str) -> None:
    assert any("内線" in value for _, value in find(Phone(), text))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("電話（090-1234-5678）する", "090-1234-5678"),
        ("電話（03-1234-5678、内線なし）", "03-1234-5678"),
        ("電話（03）1234-5678", "（03）1234-5678"),
    ],
)
def test_a_bracket_around_a_number_stays(find: Callable[..., Any], text: str, number: str) -> None:
    assert find(Phone(), text) == [("phone", number)]
