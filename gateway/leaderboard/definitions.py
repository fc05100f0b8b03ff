"""What each figure means, in the sentences of the page; the files for other programs carry them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.language import mark

if TYPE_CHECKING:
    from gateway.language import Language

_ALWAYS = (
    (
        mark("活用率"),
        mark("利用した職員数 ÷ 対象職員数。小数第2位を四捨五入しています。"),
    ),
    (
        mark("利用した職員"),
        mark(
            "期間中に1回以上、生成AIから回答を受け取った職員の数です。同じ職員が何度使っても1人と数えます。異動した職員は、使ったときの部署で数えます。ロボットや、職員を特定しないアプリケーションの利用は数えません。止められた依頼や、途中でやめた依頼、失敗した依頼も数えません。"
        ),
    ),
    (
        mark("対象職員"),
        mark("名簿の対象職員数の、期間中の日ごとの平均です。部の値は、その下の課を合わせたものです。"),
    ),
    (
        mark("定着率"),
        mark("月に4日以上使った職員数 ÷ 対象職員数。四半期と年度では、各月の職員数を合わせて割ります。"),
    ),
    (
        mark("利用回数"),
        mark("職員とアプリケーションが受け取った回答の数です。ロボットの利用は含みません。"),
    ),
    (
        mark("期間の区切り"),
        mark("日本時間の0時です。週は月曜から、四半期と年度は4月から始まります。"),
    ),
)


def definitions(language: Language, smallest: int) -> list[tuple[str, str]]:
    """Terms with their meanings; ``smallest`` is the head count below which a unit is not shown by itself."""
    _ = language.text
    withheld = _(
        "個人の利用がわからないよう、対象職員が{smallest}人未満の部署と、利用した職員またはしていない職員がごく少ない部署は、「その他」にまとめるか、数値を表示していません。差し引きで逆算できないよう、ほかの数値を併せて伏せることがあります。",
        smallest=smallest,
    )
    return [*((_(term), _(meaning)) for term, meaning in _ALWAYS), (_("秘匿"), withheld)]
