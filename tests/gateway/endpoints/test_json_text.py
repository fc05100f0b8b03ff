"""A string that is JSON keeps every byte that is not changed; laws stand in test_base.py."""

from __future__ import annotations

import json

import pytest

from gateway.endpoints.json_text import JsonText, escape_json


@pytest.mark.parametrize("text", ["", "x", "{", "{]", "[1", '"', "{'a': 1}", '{"a": "\\ud800"}', "nul"])
def test_what_is_no_json_is_left_alone(text: str) -> None:
    assert JsonText.parse(text) is None


def test_only_what_is_changed_changes() -> None:
    source = '{ "name" : "\\u5c71", "n": 123456789018 ,"x":[ 1.0, "山" ] }'
    parsed = JsonText.parse(source)
    assert parsed is not None
    assert parsed.literals == ["name", "山", "n", "123456789018", "x", "山"]
    parsed.literals[1] = 'a"\n'
    assert parsed.text() == source.replace('"\\u5c71"', '"a\\"\\n"')
    assert json.loads(parsed.text())["name"] == 'a"\n'


def test_escaping() -> None:
    assert escape_json('山"\\\n') == '山\\"\\\\\\n'
