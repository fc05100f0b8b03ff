"""What an exchange is counted under: its purpose and its tool. Only the label is kept, never what it was found by.

The caller's own word comes first (a header), then the key's, then the configuration's rules; without any of them it is
``other``. Labels are bounded: a purpose is one of ``metrics.purposes.PURPOSES``, a tool one that the configuration names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote

from pydantic import AfterValidator, Field

from metrics.purposes import OTHER, PURPOSES, purpose
from metrics.usage import Price, Terms
from policies.schema import Strict, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.directory import Caller
    from gateway.endpoints.base import Texts

PURPOSE_HEADER = "x-sekimori-purpose"
TOOL_HEADER = "x-sekimori-tool"

_LONGEST_READ = 20_000
"""Characters of the last text that the rules look at."""


def _purpose(value: str) -> str:
    if (known := purpose(value)) is None:
        raise ValueError(f"purpose must be one of {', '.join(PURPOSES)}, or {'・'.join(PURPOSES.values())}")
    return known


PurposeName = Annotated[str, AfterValidator(_purpose)]
ToolName = Annotated[str, Field(pattern=r"^[^\x00-\x1f=+\-@][^\x00-\x1f]{0,63}$")]


class PurposeRule(Strict):
    """Requests that hold one of some words have a purpose."""

    purpose: PurposeName = Field(description="Identifier (`summary`) or word (`要約`) of the purpose.")
    words: tuple[Text, ...] = Field(
        min_length=1, description="Any of these in what the request asks: the last message, not the ones before."
    )


class Tool(Strict):
    """A program that staff use, told by its User-Agent."""

    name: ToolName = Field(description="Name under which its uses are counted.")
    user_agents: tuple[Text, ...] = Field(
        default=(), description="Parts of the User-Agent header, in any case, by which the tool is known."
    )


class DeploymentPrice(Strict):
    """What a deployment costs."""

    input_yen: float = Field(ge=0, description="Yen for a million input tokens.")
    output_yen: float = Field(ge=0, description="Yen for a million output tokens.")


class Survey(Strict):
    """The municipality's own survey of how much time a use saves."""

    minutes_per_use: float = Field(gt=0, le=480, description="Minutes that one use saves on average.")
    source: Text = Field(description="Which survey found this; stands beside every estimate.")


class Adoption(Strict):
    """How the adoption figures are made."""

    smallest_unit: int = Field(
        default=10, ge=5, description="Units with fewer persons are never shown by themselves (small numbers)."
    )
    purposes: tuple[PurposeRule, ...] = Field(
        default=(), description="Rules that give a request without a purpose one; the first that fits counts."
    )
    tools: tuple[Tool, ...] = Field(default=(), description="Tools whose uses are told apart.")
    prices: dict[str, DeploymentPrice] = Field(
        default_factory=dict, description="Deployment → what its tokens cost, for the cost in yen."
    )
    survey: Survey | None = Field(
        default=None,
        description="The municipality's own survey, for the estimate (推計) of hours saved; without it none.",
    )

    def terms(self) -> Terms:
        """The part that figures are made with."""
        prices = {name: Price(price.input_yen, price.output_yen) for name, price in self.prices.items()}
        return Terms(self.smallest_unit, prices, self.survey.minutes_per_use if self.survey else None)

    def label(self, caller: Caller, headers: Mapping[str, str], texts: Texts) -> tuple[str, str]:
        """Purpose and tool of a request. Headers may be percent-encoded UTF-8, since HTTP has no Japanese."""
        return self._purpose(caller, headers, texts), self._tool(caller, headers)

    def _purpose(self, caller: Caller, headers: Mapping[str, str], texts: Texts) -> str:
        if (named := purpose(_decoded(headers.get(PURPOSE_HEADER, "")))) is not None:
            return named
        if caller.purpose is not None:
            return caller.purpose
        text = _asked(texts) if self.purposes else ""
        return next((rule.purpose for rule in self.purposes if any(word in text for word in rule.words)), OTHER)

    def _tool(self, caller: Caller, headers: Mapping[str, str]) -> str:
        known = {tool.name.casefold(): tool.name for tool in self.tools}
        for named in (_decoded(headers.get(TOOL_HEADER, "")), caller.tool or ""):
            if (name := known.get(named.strip().casefold())) is not None:
                return name
        agent = headers.get("user-agent", "").casefold()
        found = (tool.name for tool in self.tools if any(part.casefold() in agent for part in tool.user_agents))
        return next(found, OTHER)


def _asked(texts: Texts) -> str:
    """What is asked: the texts of the last message, and of a request without messages all of them; the end if it is long."""
    places = [part.key[:2] for part in texts.parts if len(part.key) > 1 and isinstance(part.key[1], int)]
    asked = [part.text for part in texts.parts if not places or part.key[:2] == places[-1]]
    return "\n".join(asked)[-_LONGEST_READ:]


def _decoded(value: str) -> str:
    """A header as text: percent-encoded, or UTF-8 that the server has read as Latin-1."""
    if "%" in value:
        return unquote(value, errors="replace")
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def known_tool(adoption: Adoption, name: str) -> str:
    """The configured tool of a name. Raises ValueError."""
    for tool in adoption.tools:
        if tool.name.casefold() == name.strip().casefold():
            return tool.name
    raise ValueError(f"ツール「{name}」は config.yaml の adoption.tools にありません。")


def as_purpose(name: str) -> str:
    """The purpose of a name. Raises ValueError."""
    if (known := purpose(name)) is None:
        raise ValueError(f"用途は {'・'.join(PURPOSES.values())} のどれかにしてください。")
    return known
