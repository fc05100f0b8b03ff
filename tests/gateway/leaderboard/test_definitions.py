from __future__ import annotations

import pytest

from gateway.language import load_languages
from gateway.leaderboard.definitions import definitions


@pytest.mark.parametrize("code", ["ja", "en"])
def test_every_figure_of_the_page_has_its_meaning(code: str) -> None:
    language = load_languages()[code]
    found = dict(definitions(language, 12))
    for term in ("活用率", "対象職員", "定着率", "利用回数", "秘匿"):
        assert found[language.text(term)]
    assert "12" in found[language.text("秘匿")]
