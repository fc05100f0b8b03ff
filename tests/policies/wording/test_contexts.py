"""Where a word is spoken about it is only recorded, and the notice says why; where it is used it is not."""

from __future__ import annotations

import pytest

from policies.decision import Action
from policies.reading import Reading
from policies.wording.contexts import REASONS, Guided, lowered
from policies.wording.detector import WordingDetector
from policies.wording.entries import CONTEXTS
from tests.policies.wording.test_detector import entry

WORDS = ["めくら", "精神薄弱", "白痴", "外人", "馬鹿", "死ね", "メクラウナギ", "オカマ", "強姦", "穢多", "父兄"]
ENTRY = entry(WORDS[0], variants=WORDS[1:], message="元の理由")


def context(text: str) -> str:
    (finding,) = WordingDetector([ENTRY]).detect(Reading(text))
    return finding.rule.partition("@")[2]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("精神薄弱者福祉法は改められた。", "law_title"),
        ("第三条に規定する精神薄弱の者", "law_title"),
        ("「めくら」などの言葉は使わないようにしましょう。", "quotation"),
        ("研修ではめくらという語を使わないと習った。", "quotation"),
        ("掲示板の禁止語の設定例：死ね", "quotation"),
        ("坂口安吾の小説『白痴』の読書会を開く。", "work_title"),
        ("落語「めくら」の演目を公演で紹介する。", "work_title"),
        ("「穢多」の語は明治の太政官布告に見える。", "historical"),
        ("旧刑法の強姦罪は改正された。", "historical"),
        ("自由記述には「外人が怖い」との回答が2件あった（原文のまま）。", "verbatim_record"),
        ("○番（○○議員）　「馬鹿だ」", "verbatim_record"),
        ("標準和名のメクラウナギは改名された。", "technical_term"),
        ("自らをオカマと名乗ってきた当事者の講演", "self_designation"),
        ("めくらの利用者に渡す。", ""),
        ("「父兄各位」の宛名で送ってください。", ""),
        ("督促状に「死ね」と入れてください。", ""),
        ("「めくら」という表現を入れて書いてください。", ""),
        ("昔の話だが、馬鹿な議員だ。", ""),
    ],
)
def test_contexts(text: str, wanted: str) -> None:
    assert context(text) == wanted


def test_a_quotation_may_hold_sentences_of_its_own() -> None:
    assert context("（逐語記録）「我々は馬鹿ではない。聞いてください。」※発言のまま記録した。") == "verbatim_record"


def test_only_the_contexts_that_the_entry_knows() -> None:
    strict = ENTRY.model_copy(update={"contexts": ("work_title",)})
    (finding,) = WordingDetector([strict]).detect(Reading("「めくら」などの言葉は使わない。"))
    assert finding.rule == "wording/T-1"
    assert finding.score == 1.0


def test_what_is_lowered_says_so() -> None:
    guided = Guided({ENTRY.id: ENTRY.model_copy(update={"action": Action.BLOCK, "footnote": True})})
    milder = guided["wording/T-1@quotation"]
    assert milder.action is Action.FLAG
    assert milder.message == REASONS["quotation"] + "元の理由"
    assert not milder.footnote
    assert lowered(ENTRY, "work_title").action is Action.ALLOW
    assert set(guided) == {"wording/T-1"}
    assert len(guided) == 1
    for unknown in ("wording/T-1@joke", "wording/T-2@quotation", "wording/T-2"):
        assert guided.get(unknown) is None


def test_every_context_has_its_reason() -> None:
    assert set(REASONS) == set(CONTEXTS)
