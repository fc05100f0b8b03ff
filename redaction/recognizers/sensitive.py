"""要配慮個人情報: what a person suffers from, has done or suffered, believes or comes from.

個人情報の保護に関する法律2条3項 (race, belief, social status, illness, crimes, harm suffered by crimes) and 施行令2条
(disability, results of check-ups, treatment, criminal procedure, protection of juveniles); and what a municipality
knows besides and treats alike: public assistance and need of care.

Words for these things are in every programme of an office too. They are sensitive only where somebody has them: a
person, a relative or a patient must be named near by, and no word of a programme may follow.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from redaction.hit import Hit
from redaction.recognizers.base import PageRecognizer
from redaction.sieve import Sieve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redaction.page import Page

SUBKINDS = ("health", "disability", "criminal", "victim", "belief", "race", "social_status", "welfare")

# How words for illnesses end; what stands before in kanji or katakana belongs to them.
_ENDINGS = re.compile(
    r"症候群|症(?![例状])|病(?![院床棟室理気者弱人名歴欠葉原害虫])|がん(?![ばぐめこ])|癌|肉腫|筋腫|腫瘍|(?<=[一-龥])腫(?!れ)|(?<=[一-龥])炎(?![上天暑])|不全(?!な)|梗塞|脳出血|くも膜下(?:出血)?|骨折|捻挫|打撲|麻痺|まひ|硬変|硬化|潰瘍|ヘルニア|狭窄|結核|喘息|ぜんそく|肺気腫"
    r"|リウマチ|てんかん|糖尿|高血圧|不整脈|心房細動|大動脈解離|白内障|緑内障|網膜色素変性|黄斑変性|(?<![人万ら])うつ(?:病|状態|(?![くるりわしたの]))|抑うつ|ジストロフィー|アレルギー|アナフィラキシー|インフル(?:エンザ)?[AB]?|コロナ(?:に感染|陽性)|ノロウイルス|はしか|麻しん|脳卒中|後遺症"
    r"|依存(?:症|(?=[、。）)]))|(?:発達|知的|精神|睡眠|適応|双極性|パニック|不安|人格|強迫性|摂食|記憶|機能|言語|内部|起立性調節)障害"
)
_TERMS: tuple[tuple[str, str], ...] = (
    ("health", (r"(?:人工|血液|腹膜)?透析|ペースメーカー|ステント|インスリン|抗がん剤|人工呼吸器|気管切開|胃ろう|在宅酸素|酸素療法|エピペン|妊娠(?!届)(?:[0-9一二三四五六七八九十]{1,4}(?:か月|ヶ月|カ月|週))?|流産|死産|寝たきり|リストカット|自傷|自殺企図|自死|希死念慮|過量服薬|幻聴|幻覚|妄想|不眠|HIV|ALS|PTSD|ADHD|性別不合|性同一性|要精(?:密検査|検)|認知症|医療保護入院|措置入院|精神科|心療内科|救急搬送|誤嚥|ひきこもり|既往(?!歴?[ ]?:)|持病"
     r"|(?:[一-龥]{1,3}の)?(?:手術|入院|通院|治療|服薬|投薬)(?:中|を受け|している|していた|した|後|歴)|[心肝腎肺胃膝腰目][のがは](?:臓|手術|悪|病)|診断され")),
    ("disability", r"(?:身体障害者|療育|精神障害者保健福祉|精神|障害者?)手帳[ ]?(?:[AB][12]?|[1-7一二三四五六]級|判定)*|障害支援区分[ ]?[1-6]|(?:視覚|聴覚|肢体|体幹|上肢|下肢|音声|平衡|心臓|じん臓|呼吸器)(?:不自由|機能)?障害(?:[1-7]級)?|全盲|弱視|失明|難聴|失語|吃音|場面緘黙|ダウン症|車いす(?!席|用|ト|対応|の貸)|車椅子|不随|[目耳足手]が(?:悪|不自由|遠|見え|聞こえ|使え)|(?:右|左|両)[手足耳目](?:が|の)"),
    ("criminal", r"逮捕|服役|前科|前歴|懲役|禁錮|拘禁刑|執行猶予|実刑|罰金刑|刑務所|少年院|保護観察|補導|送検|起訴|覚醒剤|大麻|窃盗|万引き|傷害(?:致死|の(?:前|疑|罪)|罪|事件|で)|容疑(?:で|者|$)|出所(?!後の)"),
    ("victim", r"DV(?!相談)|虐待|(?:夫|妻|父|母|兄|息子|元夫|交際相手|彼)(?:から|の)の?[一-龥]{0,4}暴力|性被害|性暴力|ストーカー|つきまと|殴られ|叩かれ|DVの?支援措置|犯罪被害"),
    ("belief", r"[一-龥ァ-ヴー]{0,6}(?:信者|教徒|党員|門徒)|改宗|入信|脱会|棄教|ムスリム|ラマダン|イスラム教?|カトリック|プロテスタント|(?:浄土真|日蓮|曹洞|真言|天台|臨済|浄土)宗|ハラール|信仰|支持政党"),
    ("race", r"(?:元)?在日(?:韓国|朝鮮|コリアン)?[一二三四]?世?(?=[とのでは、。籍])|日系[ブラジルペルー人]{0,5}[一二三四]世|アイヌ(?:民族|の)|人種|帰化(?:した|前)"),
    ("social_status", r"(?:被差別)?部落の?(?:出身|生まれ)|同和地区の?(?:出身|生まれ)|非嫡出|嫡出でない子|婚外子"),
    ("welfare", r"生活保護|(?<!更)生保(?!護)|保護(?:を受け|受給|の廃止|廃止|開始)|要[ ]?介[ ]?護[ ]?[1-5一二三四五]|要支援[ ]?[12一二]|就学援助|障害年金|特別児童扶養手当|難病医療費?|医療扶助|(?:児童養護|母子生活支援)施設|里子"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _TERMS)
_SIEVE = Sieve([_ENDINGS, *(pattern for _, pattern in _COMPILED)])
_PREFIX = re.compile(r"[一-龥ァ-ヴーA-ZⅠⅡ0-9型々]")
_LONGEST_PREFIX = 12
# What follows the word where an office speaks of its programmes, of numbers, or of people in general.
_PROGRAMME = re.compile(
    r"[のに]?(?:連絡票|対策|予防|講座|教室|カフェ|サポーター|検診|健診|ワクチン|福祉[課係部司士]|支援(?:センター|課|係|事業|員|計画|制度)|制度|事業|計画|条例|法(?![に的])|基準|週間|月間|相談窓口|認定(?:審査|係|事務)|者数|率|費(?!用)|係|課|窓口|施策|政策|啓発|講演|研修|理解|国庫|補助|予算|給付|支給要件|申請書|様式|推進|普及|早期|発見|種類|手引|Q&A|について(?:学|知|の(?:講|研|理))|団体|協会|学会|議員|専門|総合|病床|拠点|(?:の(?:方|ある方|お子さん))(?:は|へ|を対象|が利用|向け|も|に))"
)
_SUBJECT = re.compile(
    r"さん|様(?![式子々])|氏(?!名)|くん|ちゃん|本人|当人|母|父|夫|妻|息子|娘|兄|姉|弟|妹|祖[父母]|長[男女]|次[男女]|孫|世帯主|相談者|患者|対象者(?!数)|申請者(?!数)|利用者(?!数|証)|被保護者(?!数)|入所者|児童(?!手|福|相|館)|生徒|主人|旦那|奥|お子|赤ちゃん|私|わたし|自分|同居|加害|被害者|容疑者|職員A|[Mm]y |[Hh]er? |[Ss]he |I am|I have|mi "
)
_NEAR, _NEAR_NAME = 36, 60


class Sensitive(PageRecognizer):
    """Special-care-required personal information, where it is somebody's."""

    kinds = tuple(f"sensitive.{kind}" for kind in SUBKINDS)

    def on(self, page: Page) -> Iterable[Hit]:
        """Terms with somebody near, and without a programme behind."""
        text = page.words
        starts = [person.start for person in page.people]
        for start, end, kind in _terms(text):
            if not _PROGRAMME.match(text, end) and _somebodys(text, start, end, starts):
                yield Hit(start, end, f"sensitive.{kind}", 0.6)


def _terms(text: str) -> Iterator[tuple[int, int, str]]:
    passing = _SIEVE.passing(text)
    for match in _ENDINGS.finditer(text) if 0 in passing else ():
        start = match.start()
        least = max(0, start - _LONGEST_PREFIX)
        while start > least and _PREFIX.match(text, start - 1):
            start -= 1
        if start == match.start() and len(match[0]) == 1:  # 病 of 病状: no illness has so short a name
            continue
        yield start, match.end(), "disability" if match[0].endswith("障害") else "health"
    for n in sorted(passing - {0}):
        kind, pattern = _COMPILED[n - 1]
        for match in pattern.finditer(text):
            yield match.start(), match.end(), kind


def _somebodys(text: str, start: int, end: int, names: list[int]) -> bool:
    """Whether a person's name, or a word for a person, stands near and in the same paragraph."""
    n = bisect_left(names, start - _NEAR_NAME)
    if n < len(names) and names[n] < end + _NEAR_NAME:
        return True
    first = max(text.rfind("\n", 0, start) + 1, start - _NEAR)
    line = text.find("\n", end, end + _NEAR)
    return _SUBJECT.search(text, first, line if line >= 0 else min(len(text), end + _NEAR)) is not None
