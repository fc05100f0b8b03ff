"""Where a word is not used but spoken about: what is found there is recorded, and the notice says why.

A context is read from the sentence alone, so that a reply is judged alike whole and streamed. Where a sentence asks to
write, send or post the words, none is granted but a title.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from policies.decision import Action
from policies.schema import Guidance
from policies.wording.entries import CONTEXTS, Wording
from policies.wording.vocabulary import Sentences, sentences

if TYPE_CHECKING:
    from policies.reading import Reading
    from policies.wording.entries import ContextName
    from policies.wording.terms import Place

MARK = "@"
"""Between an entry's id and the context: ``wording/DS-001@quotation``. No id of a rule file holds it."""

SECOND_READING: ContextName = "second_reading"

REASONS: Mapping[ContextName, str] = {
    "law_title": "法令の題名や条文の引用と読めるため、記録だけしました。",
    "historical": "歴史的な事実や旧称の説明と読めるため、記録だけしました。",
    "quotation": "表現そのものについて述べる引用・例示と読めるため、記録だけしました。",
    "verbatim_record": "発言や記載をそのまま残す記録と読めるため、記録だけしました。",
    "work_title": "作品の題名と読めるため、記録だけしました。",
    "proper_noun": "固有の名称の一部と読めるため、記録だけしました。",
    "technical_term": "専門用語や学術上の名称と読めるため、記録だけしました。",
    "self_designation": "当事者の自称と読めるため、記録だけしました。",
    "second_reading": "庁内のモデルが当てはまらないと判断したため、記録だけしました。",
}

_PAIRS = (("「", "」"), ("『", "』"), ("“", "”"), ("‘", "’"), ("〈", "〉"), ("《", "》"))
_OPENING = re.compile(f"[{''.join(opening for opening, _ in _PAIRS)}]")
_TITLE = re.compile(
    r"(?:[一-龥々ァ-ヶー]|及び|並びに|又は|等|に関する|に係る|に対する|その他"
    r"|の(?=取扱|解消|推進|防止|保護|福祉|特例|処罰|規制|整備|予防|医療|支援)){0,24}?"
    r"(?:法律|法(?![人的務王則規師案廷被者])|条例|政令|省令|施行令|施行規則|要綱|布告|憲章)"
)
_PROVISION = re.compile(r"第[〇一二三四五六七八九十百千0-9]+条|改正規定|[条項号法律]に規定する|附則")
_WORKS = re.compile(
    r"小説|映画|絵本|児童文学|原作|上映|公演|演劇|戯曲|落語|演目|楽曲|歌曲|唱歌|著者|作家|読書会|図書|蔵書|書架|閉架"
    r"|新訳|旧訳|複本|出版|絶版|文学|古典|演奏会|字幕|朗読|場面|library|literature|novel|film|book|movie"
)
_HISTORY = re.compile(
    r"史料|史実|翻刻|市史|町史|村史|古文書|絵図|太政官|布告|宣言|水平社|明治|大正|昭和|平成|江戸時代|戦前|戦時中|当時|かつて"
    r"|旧称|旧題|旧法|旧刑法|旧優生|廃止|改称|改められ|改めた|改正前|改訂|用いられて|創立|創設|歴史|教科書"
    r"|古い要綱|廃止済|replaced|formerly|revised|historical"
)
_RECORD = re.compile(
    r"原文のまま|発言のまま|逐語|会議録|議事録|記録|自由記述|投書|通報|申出|書込み|書き込み|落書き|届いた|述べ|発言|叫|怒鳴"
    r"|認定|判決|判断した|事例|アンケート|回答が|意見が|言われ|言った|来庁者は|議長|shouted|reported|wrote"
)
_TEACHING = re.compile(
    r"研修|啓発|教材|設問|差別的|差別を|差別事例|就職差別|ヘイトスピーチ|ハラスメント|アウティング|偏見|思い込み|問題点|表現|言葉"
    r"|という語|の語|などの語|用語|呼称|名称|言い換え|言換え|見直し|使わない|用いない|避け|禁止語|不快語|点検|講座|標語|考え方"
    r"|いけません|いけない|学びます|学ぶ|図式|台詞|例として|の例|直したい|読み替え|習慣|term|expression|language|training"
)
_SCIENCE = re.compile(r"標準和名|和名|学名|学会|品種名|種名|診断名|医学用語|工法名|図面の凡例|病名")
_SELF = re.compile(r"自称|自ら名乗|名乗って|自認|当事者として|自身を|自分のことを")
_ASKED = re.compile(
    r"(?:作って|書いて|入れて|足して|添えて|伝えて|返信して|載せて|言い換えて|作成して|出して)(?:ください|下さい|ほしい|欲しい|くれ|おいて|。|$)"
    r"|載せます|載せる|貼り紙|挨拶文にして|呼ぶ挨拶|書き添え|添え書き|とだけ返信|でどうでしょう|記入します|通したい|題に使い|please write"
)
_SPOKEN_OF = re.compile(
    r"[」』”’]?(?:など|等)?(?:という|といった|との|とする|の)(?:差別的な)?(?:語|ことば|言葉|表現|用語|呼称|名称|言い方|表記|記載|文言|称)"
)
_VERBATIM = re.compile(r"原文のまま|発言のまま|逐語|そのまま(?:記録|記載)|会議録|議事録|通報票")
_SPEAKER = re.compile(r"(?:^|\n)[○◎〇●][^\n。「]{0,16}(?:議員|番|委員|君|町長|市長|村長)[^\n。「]{0,8}$")
# The head of a line says what the line is: 「研修の設問：」「禁止語の設定例：」「（逐語記録）」.
_HEADED = re.compile(
    r"[^。\n]{0,24}(?:研修|設問|教材|逐語|事例|記録|発言の例|表現|禁止語|不快語|言い換え|見直し|点検|思い込み|標語)[^。\n]{0,12}[:)]"
)
_CALLED = re.compile(r"[^。「」]{0,10}と(?:呼ばれ|呼んだ|呼んで|称され)")
_NAMED = re.compile(r"呼ばれていた|呼ばれた|称され")
_FORMER = re.compile(r"旧[^。、\s]{0,6}$")
_FORMER_REACH = 8
_NEW_LINE = re.compile("\n")
_HEAD = re.compile("[:)]")
_LONGEST_HEAD = 48
"""Characters of the longest head: what ``_HEADED`` may cover. A line may go on for a megabyte."""
# Cues that count wherever they stand in the sentence, in one look.
_CUED = re.compile("|".join(cue.pattern for cue in (_PROVISION, _ASKED, _SELF, _SCIENCE, _VERBATIM)))


class _Lines:
    """Where the lines of a text begin."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _NEW_LINE.finditer(text))]

    def start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self._starts[bisect_right(self._starts, offset) - 1]


def _lines(reading: Reading) -> _Lines:
    return _Lines(reading.view.text)


class _Scene(NamedTuple):
    """The sentence around a place, and how the place stands in it."""

    text: str
    start: int
    end: int
    left: int
    right: int
    quoted: bool
    titled: bool

    def says(self, cue: re.Pattern[str]) -> bool:
        """Whether a cue stands in the sentence outside the place itself."""
        return bool(cue.search(self.text, self.left, self.start) or cue.search(self.text, self.end, self.right))


def context(place: Place, text: str, reading: Reading) -> ContextName | None:
    """The first context that holds at the place and that its entry knows."""
    allowed = place.entry.contexts
    return next((name for name in _contexts(place, text, reading) if name in allowed), None)


def _contexts(place: Place, text: str, reading: Reading) -> Iterator[ContextName]:
    start, end = place.start, place.end
    scene = _scene(text, start, end, reading.derived(sentences))
    cued = scene.says(_CUED)  # most sentences have no cue that counts by itself
    if _TITLE.match(text, end) or (cued and scene.says(_PROVISION)):
        yield "law_title"
    word = reading.word_at(start)
    if (
        word
        and word.pos[1] == "固有名詞"
        and word.start <= start
        and end <= word.end
        and word.end - word.start > end - start
    ):
        yield "proper_noun"
    if scene.titled or (scene.quoted and scene.says(_WORKS)):
        yield "work_title"
    if cued and scene.says(_ASKED):
        return
    if cued or scene.quoted or _SPOKEN_OF.match(text, end) or _CALLED.match(text, end):
        yield from _cued(scene)
    if _FORMER.search(text, max(0, start - _FORMER_REACH), start):
        yield "historical"
    line = reading.derived(_lines).start(start)
    if _HEAD.search(text, line, min(start, line + _LONGEST_HEAD)) and _HEADED.match(text, line, start):
        yield "quotation"


def _cued(scene: _Scene) -> Iterator[ContextName]:
    text, start = scene.text, scene.start
    mentioned = scene.quoted or bool(_SPOKEN_OF.match(text, scene.end))
    if scene.quoted and _SPEAKER.search(text, max(0, start - _REACH), max(0, text.rfind("「", 0, start))):
        yield "verbatim_record"
    cues: tuple[tuple[ContextName, re.Pattern[str], bool], ...] = (
        ("self_designation", _SELF, True),
        ("technical_term", _SCIENCE, True),
        ("historical", _HISTORY, mentioned or bool(_CALLED.match(text, scene.end))),
        ("historical", _NAMED, scene.quoted),
        ("quotation", _TEACHING, mentioned),
        ("verbatim_record", _RECORD, mentioned),
        ("verbatim_record", _VERBATIM, True),
    )
    yield from (name for name, cue, counts in cues if counts and scene.says(cue))


def _scene(text: str, start: int, end: int, parts: Sentences) -> _Scene:
    left, right = parts.around(start, end)
    quoted, titled = False, False
    for opening, closing in _PAIRS if _OPENING.search(text, max(0, left - _REACH), start) else ():
        opened = text.rfind(opening, max(0, left - _REACH), start)
        if opened >= 0 and text.find(closing, opened, start) < 0 and text.find(closing, end, end + _REACH) >= 0:
            quoted, titled = True, titled or opening in "『《"
            # A quotation may hold sentences of its own: what is said about it stands outside.
            left = min(left, parts.around(opened, opened + 1)[0])
            right = max(right, parts.around(opened, text.find(closing, end) + 1)[1])
    if text.count('"', left, start) % 2 and text.find('"', end, right) >= 0:
        quoted = True
    return _Scene(text, start, end, left, right, quoted, titled)


_REACH = 200
"""Characters within which a quotation mark belongs to the place."""


class Guided(Mapping[str, Guidance]):
    """What a person is told, by id; an id with a context (``wording/DS-001@quotation``) is the entry, lowered."""

    def __init__(self, entries: Mapping[str, Guidance]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, rule: str) -> Guidance:
        if (entry := self._entries.get(rule)) is not None:
            return entry
        name, _, mark = rule.partition(MARK)
        entry = self._entries[name]
        if mark == SECOND_READING or (isinstance(entry, Wording) and mark in CONTEXTS):
            return lowered(entry, mark)
        raise KeyError(rule)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def lowered(entry: Guidance, name: ContextName) -> Guidance:
    """The entry as it speaks in a context: what would block gives a notice, all else is only recorded."""
    of_words = {"level": "info", "rewrite": False} if isinstance(entry, Wording) else {}
    return entry.model_copy(
        update={
            "id": f"{entry.id}{MARK}{name}",
            "action": Action.FLAG if entry.action is Action.BLOCK else Action.ALLOW,
            "message": f"{REASONS[name]}{entry.message}",
            "footnote": False,
            **of_words,
        }
    )
