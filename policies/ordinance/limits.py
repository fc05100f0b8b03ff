"""The figures that depend on whose gateway this is: limits of law by the kind of municipality, and its own.

Each figure says where it comes from. Figures marked as not verified were not found in a statute text that we could
read; they are shown so, and ``config.yaml`` overrides any of them with those of the municipality's own ordinances.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from policies.schema import Strict

Entity = Literal["prefecture", "designated_city", "city", "town_village"]
ContractKind = Literal["works", "purchase", "lease_in", "sale", "lease_out", "other"]
LimitName = Literal[
    "small_contract", "council_contract", "council_property", "section_chief", "payment_days", "inspection_days",
    "budget_days", "contract_document",
]  # fmt: skip

_TABLE_5 = "地方自治法施行令第167条の2第1項第1号・別表第五（令和7年政令第94号、令和7年4月1日施行）"
_TABLE_3 = "地方自治法施行令第121条の2の2第1項・別表第三"
_TABLE_4 = "地方自治法施行令第121条の2の2第2項・別表第四"
_UNVERIFIED = "。この額は条文で確かめていません"


class Figure(NamedTuple):
    """A limit, its source, and whether the source was read."""

    value: int
    source: str
    verified: bool = True


class SmallContract(Strict):
    """Limits below which a contract needs no bidding, in yen with tax, by its kind; empty: those of the law."""

    works: int | None = Field(default=None, ge=0, description="工事又は製造の請負.")
    purchase: int | None = Field(default=None, ge=0, description="財産の買入れ.")
    lease_in: int | None = Field(default=None, ge=0, description="物件の借入れ.")
    sale: int | None = Field(default=None, ge=0, description="財産の売払い.")
    lease_out: int | None = Field(default=None, ge=0, description="物件の貸付け.")
    other: int | None = Field(default=None, ge=0, description="前各号に掲げるもの以外のもの.")


class OwnLimits(Strict):
    """The municipality's own limits, from its 契約規則, 議決条例 and 事務決裁規程; empty: those of the law."""

    small_contract: SmallContract = Field(default=SmallContract(), description="少額随意契約の上限額（契約規則）.")
    council_contract: int | None = Field(
        default=None, ge=0, description="Price in yen from which works need the council (議決に付すべき契約の条例)."
    )
    council_property: int | None = Field(
        default=None, ge=0, description="Price in yen from which property needs the council (財産の取得又は処分の条例)."
    )
    section_chief: int = Field(
        default=1_000_000, ge=0, description="Highest sum in yen that a section chief decides on (事務決裁規程)."
    )
    contract_document: int = Field(
        default=500_000, ge=0, description="Sum in yen from which a contract needs a document (契約規則)."
    )


def _small(*values: int, unverified: tuple[int, ...] = ()) -> dict[str, Figure]:
    kinds = ("works", "purchase", "lease_in", "sale", "lease_out", "other")
    return {
        kind: Figure(value * 10_000, _TABLE_5 + (_UNVERIFIED if n in unverified else ""), verified=n not in unverified)
        for n, (kind, value) in enumerate(zip(kinds, values, strict=True))
    }


_LARGE = _small(400, 300, 150, 100, 50, 200, unverified=(2, 3, 4))
_SMALL = _small(200, 150, 80, 50, 30, 100)
_LAW: dict[str, tuple[dict[str, Figure], Figure, Figure]] = {
    "prefecture": (
        _LARGE,
        Figure(500_000_000, _TABLE_3 + _UNVERIFIED, verified=False),
        Figure(70_000_000, _TABLE_4 + _UNVERIFIED, verified=False),
    ),
    "designated_city": (
        _LARGE,
        Figure(300_000_000, _TABLE_3 + _UNVERIFIED, verified=False),
        Figure(40_000_000, _TABLE_4 + _UNVERIFIED, verified=False),
    ),
    "city": (_SMALL, Figure(150_000_000, _TABLE_3), Figure(20_000_000, _TABLE_4)),
    "town_village": (_SMALL, Figure(50_000_000, _TABLE_3), Figure(7_000_000, _TABLE_4)),
}
_PAYMENT = "政府契約の支払遅延防止等に関する法律第6条・第14条"
_INSPECTION = "政府契約の支払遅延防止等に関する法律第5条・第14条"
_BUDGET = "地方自治法第211条第1項"


class Limits:
    """What a check compares with: the law's figures for an entity, and the municipality's own where it has some."""

    def __init__(self, entity: Entity = "city", own: OwnLimits | None = None) -> None:
        self.entity, self.own = entity, own or OwnLimits()

    def __repr__(self) -> str:
        """All that the figures depend on: part of a detector's revision."""
        return f"{self.entity} {self.own.model_dump_json()}"

    def of(self, entity: Entity | None) -> Limits:
        """Those that a draft is measured with that names its own kind of municipality (``entities.entity_of``).

        The limits of ordinances that ``config.yaml`` gives are those of the gateway's own kind: another kind has the law's.
        A designated city calls itself a city.
        """
        if entity is None or entity == self.entity or (entity, self.entity) == ("city", "designated_city"):
            return self
        kept = self.own.model_dump(include={"section_chief", "contract_document"})
        return Limits(entity, OwnLimits(**kept))

    def figure(self, name: LimitName, kind: ContractKind = "other") -> Figure:
        """One limit, for a contract of this kind where it depends on the kind."""
        small, contract, estate = _LAW[self.entity]
        works = kind == "works"
        own = "団体の設定（config.yaml）"
        if name == "small_contract":
            mine = getattr(self.own.small_contract, kind)
            return small[kind] if mine is None else Figure(mine, own)
        if name in {"council_contract", "council_property"}:
            mine, law = getattr(self.own, name), contract if name == "council_contract" else estate
            return law if mine is None else Figure(mine, own)
        figures = {
            "section_chief": Figure(self.own.section_chief, own),
            "contract_document": Figure(self.own.contract_document, own),
            "payment_days": Figure(40 if works else 30, _PAYMENT),
            "inspection_days": Figure(14 if works else 10, _INSPECTION),
            "budget_days": Figure(30 if self.entity in {"prefecture", "designated_city"} else 20, _BUDGET),
        }
        return figures[name]
