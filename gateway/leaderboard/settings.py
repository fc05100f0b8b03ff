"""The ``leaderboard`` section of ``config.yaml``: who sees the adoption figures, how far down, and who helps."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Literal

from pydantic import Field, field_validator

from gateway.leaderboard.query import INSIDE, OUTSIDE, Level, Scope
from metrics.periods import Kind
from policies.schema import Strict


class Internal(Strict):
    """The view for the municipality's own staff."""

    level: Literal["division", "section"] = Field(
        default="section", description="How far down staff see: `division` (部) or `section` (部 and 課)."
    )
    networks: tuple[str, ...] = Field(
        default=(),
        description="Networks (`10.0.0.0/8`) whose machines may open the page. With neither these nor a token: all who reach the gateway.",
    )
    token_env: str | None = Field(
        default=None,
        description="Environment variable with a token that viewers share, asked for as a password, or sent as `Bearer`.",
    )

    @field_validator("networks")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network)
        return value


class Public(Strict):
    """The view for everybody, at ``/public/leaderboard`` and in what ``publish`` writes."""

    enabled: bool = Field(default=False, description="Whether the gateway itself serves `/public/leaderboard`.")
    level: Literal["whole", "division"] = Field(
        default="division", description="How far down it shows: `whole` or `division` (部). Never a 課."
    )
    periods: tuple[Literal["quarter", "year"], ...] = Field(
        default=("quarter", "year"), min_length=1, description="Kinds of period that are published, once they are over."
    )
    licence: str = Field(
        default="", max_length=200, description="Terms of use of the open data (`CC BY 4.0`), named in the data sheet."
    )


class Support(Strict):
    """Who helps a department that uses little."""

    contact: str = Field(default="", max_length=200, description="Whom to ask, as the page says it beside low bars.")
    url: str | None = Field(default=None, pattern=r"^https?://\S+$", description="Page with help or a booking form.")


class Leaderboard(Strict):
    """The adoption page."""

    internal: Internal = Field(default=Internal(), description="The view for the municipality's own staff.")
    public: Public = Field(default=Public(), description="The view for everybody.")
    support: Support = Field(default=Support(), description="Who helps a department that uses little.")

    def inside(self) -> Scope:
        """What staff may ask for."""
        levels = tuple(level for level in INSIDE.levels if level == self.internal.level or level is Level.DIVISION)
        return Scope(INSIDE.kinds, levels, INSIDE.grid, INSIDE.count)

    def outside(self) -> Scope:
        """What everybody may ask for."""
        kinds = tuple(Kind(period) for period in dict.fromkeys(self.public.periods))
        return Scope(kinds, (Level(self.public.level),), OUTSIDE.grid, OUTSIDE.count, public=True)
