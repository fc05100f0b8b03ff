"""What the demo says: the words for a first-time user, apart from how they are sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

# A letter tells spellings of one value apart: [PERSON_1] and [PERSON_1B] are the same person.
_TOKEN = re.compile(r"\[([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)_(\d+[A-Z]*)\]")
_LONGEST_QUOTE = 1000

_NAMES = {
    "PERSON": "氏名",
    "ADDRESS": "住所",
    "POSTAL_CODE": "郵便番号",
    "PHONE": "電話番号",
    "EMAIL": "メールアドレス",
    "MY_NUMBER": "マイナンバー",
    "DATE_OF_BIRTH": "生年月日",
    "BANK_ACCOUNT": "口座番号",
    "RESIDENT_ID": "宛名番号",
}
# What the letter says with the tokens of a kind; each sentence makes the restored value visible.
_SENTENCES = {
    "POSTAL_CODE": "郵便番号は {} で承りました。",
    "ADDRESS": "書類は {} あてにお送りします。",
    "PHONE": "確認のため、{} にお電話することがあります。",
    "EMAIL": "同じ内容を {} にもお送りします。",
}
_OTHER_SENTENCE = "{} の件も承りました。"
# Which kind suits a property of a tool, by words in its name or description.
_HINTS = (
    ("PHONE", ("phone", "tel", "電話")),
    ("EMAIL", ("mail", "メール")),
    ("POSTAL_CODE", ("postal", "zip", "郵便")),
    ("ADDRESS", ("address", "住所", "所在")),
    ("PERSON", ("name", "person", "氏名", "名前", "宛")),
)


@dataclass(frozen=True)
class Arrived:
    """What a chat request brought: the last words of the user, its tokens, and how much else."""

    words: str
    tokens: tuple[tuple[str, str], ...]
    messages: int
    tools: int
    characters: int

    @classmethod
    def of(cls, body: dict[str, Any]) -> Self:
        """Read a request body of any shape; what is not there counts as nothing."""
        messages = [message for message in _items(body.get("messages")) if isinstance(message, dict)]
        texts = [(message.get("role"), _text(message.get("content"))) for message in messages]
        words = next((text for role, text in reversed(texts) if role == "user" and text.strip()), "")
        found = _TOKEN.findall(words) or _TOKEN.findall("\n".join(text for _, text in texts))
        return cls(
            words=words,
            tokens=tuple(dict.fromkeys((kind, f"[{kind}_{number}]") for kind, number in found)),
            messages=len(messages),
            tools=len(_items(body.get("tools"))),
            characters=sum(len(text) for _, text in texts),
        )

    def of_kind(self, kind: str) -> list[str]:
        """Tokens of one kind, in the order in which they came."""
        return [token for each, token in self.tokens if each == kind]


def letter(arrived: Arrived) -> str:
    """Return the demo's answer in full."""
    parts = [
        "これは Sekimori に付属するデモ用の応答です。言語モデルではないので、質問の中身は読んでいません。",
        _received(arrived),
        _hidden(arrived),
    ]
    if arrived.tokens:
        parts.append(_answer(arrived))
    return "\n\n".join(parts)


def arguments(schema: Any, arrived: Arrived) -> dict[str, Any]:
    """Return arguments for a tool with this JSON schema; texts are tokens, of a fitting kind if named."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or not properties:
        return {"received": [token for _, token in arrived.tokens]}
    spare = [token for _, token in arrived.tokens]
    return {name: _argument(name, kind, arrived, spare) for name, kind in properties.items()}


def show(text: str) -> str:
    """Write tokens so that the gateway leaves them as they are: ``[PERSON_1]`` becomes ‹PERSON_1›."""
    return _TOKEN.sub(r"‹\1_\2›", text)


def _received(arrived: Arrived) -> str:
    if not arrived.words:
        return "【ゲートウェイから届いた文面】\n利用者の発言は届いていません。"
    quote = show(arrived.words)
    if len(quote) > _LONGEST_QUOTE:
        quote = f"{quote[:_LONGEST_QUOTE]}…（全{len(quote):,}字のうち先頭の{_LONGEST_QUOTE:,}字）"
    lines = ["【ゲートウェイから届いた文面はこれだけです】", *(f"　{line}" for line in quote.splitlines())]
    others = [f"ほかの発言 {arrived.messages - 1}件"] if arrived.messages > 1 else []
    others += [f"道具の定義 {arrived.tools}件"] if arrived.tools else []
    if others:
        lines.append(f"（このほかに届いたもの: {'、'.join(others)}）")
    return "\n".join(lines)


def _hidden(arrived: Arrived) -> str:
    title = "【ゲートウェイの外に出なかったもの】"
    if not arrived.tokens:
        return f"{title}\n伏せ字に置き換えられた箇所はありませんでした。文面はそのままの形で届いています。"
    lines = [title]
    for kind in dict.fromkeys(kind for kind, _ in arrived.tokens):
        tokens = [show(token) for token in arrived.of_kind(kind)]
        count = len(_first_spellings(tokens))
        lines.append(f"・{_NAMES.get(kind, 'その他の情報')}: {count}件（{'、'.join(tokens)} に置き換え）")
    return "\n".join(lines)


def _answer(arrived: Arrived) -> str:
    persons = _first_spellings(arrived.of_kind("PERSON"))
    lines = [
        "【お返事の例】",
        "デモは伏せ字のまま書きました。元の名前や番号に見えるところは、ゲートウェイが手元で戻したものです。",
        "",
        f"{persons[0] if persons else 'ご担当'} 様",
        "",
        "お問い合わせありがとうございます。ご連絡の内容を確認しました。",
    ]
    lines += [f"{person} 様のことも、あわせて確認します。" for person in persons[1:]]
    for kind in dict.fromkeys(kind for kind, _ in arrived.tokens if kind != "PERSON"):
        lines.append(_SENTENCES.get(kind, _OTHER_SENTENCE).format("、".join(arrived.of_kind(kind))))
    return "\n".join([*lines, "担当課から改めてご連絡しますので、しばらくお待ちください。"])


def _first_spellings(tokens: list[str]) -> list[str]:
    """Of tokens of one kind, those that do not merely spell an earlier one's value differently."""
    first: dict[str, str] = {}
    for token in tokens:
        first.setdefault(token.rstrip("]›").rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), token)
    return list(first.values())


def _argument(name: str, schema: Any, arrived: Arrived, spare: list[str]) -> Any:
    kind = schema if isinstance(schema, dict) else {}
    if _items(kind.get("enum")):
        return kind["enum"][0]
    empty: dict[str, Any] = {"integer": 0, "number": 0, "boolean": False, "array": [], "object": {}, "null": None}
    if kind.get("type") in tuple(empty):
        return empty[kind["type"]]
    described = f"{name} {kind.get('description', '')}".lower()
    for wanted, hints in _HINTS:
        fitting = arrived.of_kind(wanted)
        if fitting and any(hint in described for hint in hints):
            token = next((token for token in fitting if token in spare), fitting[0])
            break
    else:
        token = spare[0] if spare else "デモの値"
    if token in spare:
        spare.remove(token)
    return token


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(content: Any) -> str:
    """Return the text of a message's content: a string, or parts of which some have text."""
    if isinstance(content, str):
        return content
    parts = (part.get("text") for part in _items(content) if isinstance(part, dict))
    return "\n".join(text for text in parts if isinstance(text, str))
