"""What the law calls special-care-required, where somebody has it; programmes and figures are left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redaction.recognizers.sensitive import SUBKINDS, Sensitive

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("text", "subkind", "within"),
    [
        ("本人はうつ病で通院中とのこと。", "health", "うつ病"),
        ("妻は２型糖尿病です。", "health", "糖尿"),
        ("お母様は認知症がある。", "health", "認知症"),
        ("息子さんが統合失調症と診断された", "health", "統合失調症"),
        ("相談者は妊娠34週", "health", "妊娠34週"),
        ("父は人工透析に通う", "health", "人工透析"),
        ("佐藤花子さん、卵アレルギーあり", "health", "卵アレルギー"),
        ("長男は療育手帳B2判定", "disability", "療育手帳B2判定"),
        ("本人、身体障害者手帳２級", "disability", "身体障害者手帳２級"),
        ("母は耳が遠い", "disability", "耳が遠"),
        ("夫は窃盗で服役していた", "criminal", "服役"),
        ("本人に前科あり", "criminal", "前科"),
        ("相談者は夫からの身体的暴力に悩む", "victim", "夫からの身体的暴力"),
        ("私はムスリムです", "belief", "ムスリム"),
        ("佐藤さんは日蓮宗", "belief", "日蓮宗"),
        ("本人は日系三世", "race", "日系三世"),
        ("本人は被差別部落の出身と話す", "social_status", "部落の出身"),
        ("世帯主は生活保護を受給", "welfare", "生活保護"),
        ("祖母は要介護３", "welfare", "要介護３"),
    ],
)
def test_somebodys(find: Callable[..., Any], text: str, subkind: str, within: str) -> None:
    assert any(kind == f"sensitive.{subkind}" and within in value for kind, value in find(Sensitive(), text))


@pytest.mark.parametrize(
    "text",
    [
        "認知症サポーター養成講座を開きます。",
        "障害者手帳の申請窓口は1階です。",
        "生活保護費の国庫負担金を受け入れる。",
        "感染症対策の会議を開く。",
        "システムの障害に対応した。",
        "高血圧の予防教室（定員20人）",
        "虐待防止の啓発ポスター",
        "病院の駐車場が満車だった。",
        "生活保護の被保護者数は1,204人",
        "要介護認定の申請書を置く。",
    ],
)
def test_nobodys(find: Callable[..., Any], text: str) -> None:
    assert find(Sensitive(), text) == []


def test_every_subkind_is_a_kind() -> None:
    assert Sensitive().kinds == tuple(f"sensitive.{name}" for name in SUBKINDS)
