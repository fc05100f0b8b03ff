"""The shape of a rule file. Unknown keys are refused; a rule without examples is an error."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from policies.classification import Classification, RowClass
from policies.decision import Action
from policies.situation import Direction, Place, Zone

ACTIONS = {action.word: action for action in Action}


def _action(value: object) -> object:
    if isinstance(value, Action):
        return value
    if isinstance(value, str) and value in ACTIONS:
        return ACTIONS[value]
    message = f"action must be one of {', '.join(ACTIONS)}"
    raise ValueError(message)


ActionWord = Annotated[
    Action,
    BeforeValidator(_action, json_schema_input_type=Literal["allow", "flag", "redact", "confine", "block"]),
    PlainSerializer(lambda action: action.word, return_type=str),
]
RuleId = Annotated[str, Field(pattern=r"^[a-z]+/[A-Za-z0-9][A-Za-z0-9_-]*$")]
KindGlob = Annotated[str, Field(pattern=r"^[a-z*][a-z0-9_.*]*$", max_length=64)]
Text = Annotated[str, Field(min_length=1)]


LISTS = ("kinds", "directions", "departments", "keys", "endpoints", "models", "zones", "regions", "classifications")
"""Conditions of a rule that are lists."""


class Strict(BaseModel):
    """Base of all rule-file models: immutable, and no key that we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ContentExample(Strict):
    """Stands for a part that cannot be read as text, in the examples of a ``content.*`` rule."""

    content: Literal["image", "audio", "file"]


class Examples(Strict):
    """Texts that the rule must fire on, and texts that look alike and on which it must not."""

    match: tuple[Text | ContentExample, ...] = Field(min_length=1)
    no_match: tuple[Text | ContentExample, ...] = Field(min_length=1)


class Guidance(Strict):
    """What every rule has, whatever it finds: an outcome, and what a person is told.

    ``message`` is the reason, ``better`` what to write instead, ``basis`` the law and article,
    ``consult`` the section to consult; all in plain Japanese. ``footnote`` adds the notice to
    the end of the model's answer, beside the ``sekimori`` object.
    """

    id: RuleId = Field(description="Unique name, such as `pii/person` or `wording/DS-001`; stands in records.")
    action: ActionWord = Field(description="`allow`, `flag`, `redact`, `confine` or `block`.")
    message: Text = Field(description="The reason, or what to confirm, in plain Japanese.")
    better: Text | None = Field(default=None, description="What to write instead.")
    basis: Text | None = Field(default=None, description="Law and article.")
    consult: Text | None = Field(default=None, description="Section to consult (合議先).")
    footnote: bool = Field(default=False, description="Whether the notice also stands below the model's answer.")
    examples: Examples = Field(description="`match` and `no_match`: texts that run whenever the rule is loaded.")


class PolicyRule(Guidance):
    """A decision over kinds of findings, in some situations. Empty conditions hold always."""

    kinds: tuple[KindGlob, ...] = Field(min_length=1, description="Kinds of findings; `*` stands for any letters.")
    directions: tuple[Direction, ...] = Field(
        default=("request", "reply"), description="`request`, `reply` or both: which way the text goes."
    )
    departments: tuple[Text, ...] = Field(default=(), description="Department codes; units below them are included.")
    keys: tuple[Text, ...] = Field(default=(), description="Ids of keys, as `keys list` shows them.")
    endpoints: tuple[Text, ...] = Field(
        default=(),
        description="Paths below `/v1/`, such as `chat/completions`. Other doors to the same models (`responses`, `messages`, …) are not meant: name them too.",
    )
    models: tuple[Text, ...] = Field(default=(), description="Model aliases.")
    zones: tuple[Zone, ...] = Field(default=(), description="`on_premises`, `external`: where it would be processed.")
    regions: tuple[Text, ...] = Field(default=(), description="Regions of the deployments, such as `japaneast`.")
    trains_on_input: bool | None = Field(
        default=None, description="`true`: only for deployments whose provider may train on what it receives."
    )
    classifications: tuple[Classification, ...] = Field(
        default=(), description="Confidentiality classes of the material: `3A`, `3B`, `3C`, `2`, `1`."
    )
    min_score: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="Surest findings only: from this score on. 0.6 leaves out wording that is doubtful or that its context lowers (0.5, 0.3).",
    )
    valid_from: date | None = Field(default=None, description="First day on which the rule holds (施行日), in Japan.")
    valid_until: date | None = Field(default=None, description="Last day on which the rule holds, in Japan.")
    delivery: Literal["notice", "record"] = Field(
        default="notice",
        description="`notice`: the person is told; `record`: it only stands in the records. "
        "What is confined or blocked is always told.",
    )
    break_glass: bool = Field(
        default=False,
        description="Whether the rule gives way, down to `flag`, to a written reason (`X-Sekimori-Reason`). Audited.",
    )

    @model_validator(mode="before")
    @classmethod
    def _no_scalar_lists(cls, data: Any) -> Any:
        """Say plainly that ``kinds: pii.person`` wants a list."""
        if isinstance(data, dict):
            for key in LISTS:
                if isinstance(data.get(key), str):
                    message = f"{key} must be a list: [{data[key]}]"
                    raise ValueError(message)  # noqa: TRY004, pydantic wants a ValueError
        return data

    @model_validator(mode="after")
    def _sensible(self) -> PolicyRule:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from: the rule would never hold")
        if self.delivery == "record" and self.action in {Action.CONFINE, Action.BLOCK}:
            raise ValueError("delivery must be notice: who is refused is told why")
        if self.break_glass and self.action in {Action.ALLOW, Action.FLAG}:
            raise ValueError("break_glass has nothing to give way: action is allow or flag")
        return self

    @cached_property
    def unconditional(self) -> bool:
        """Whether the rule holds in every situation of its directions."""
        conditions = (
            self.departments, self.keys, self.endpoints, self.models, self.zones, self.regions, self.classifications,
            self.valid_from, self.valid_until,
        )  # fmt: skip
        return not any(conditions) and self.trains_on_input is None and self.min_score == 0


class MatrixRow(Strict):
    """Where material of one class may be processed. Without a row: nowhere."""

    classification: RowClass = Field(
        description="`3A`, `3B`, `3C`, `2`, `1`, or `unstated` for material of which nobody said a class."
    )
    zones: tuple[Zone, ...] = Field(description="Zones of the deployments that may serve; empty for none.")
    regions: tuple[Text, ...] = Field(default=(), description="Only these regions; empty for any.")
    trains_on_input: bool = Field(
        default=False, description="Whether a provider may serve that may train on what it receives."
    )
    break_glass: tuple[Zone, ...] = Field(
        default=(),
        description="Zones that may serve besides when the caller writes a reason (`X-Sekimori-Reason`). Audited. "
        "Never a provider that may train on what it receives.",
    )
    message: Text = Field(description="What a person reads whose request no deployment may serve, in plain Japanese.")
    basis: Text | None = Field(default=None, description="Law, article or regulation.")
    consult: Text | None = Field(default=None, description="Section to consult.")

    @property
    def id(self) -> str:
        """The row's name in decisions and records."""
        return f"matrix/{self.classification}"

    def admits(self, place: Place) -> bool:
        """Whether material of this class may be processed there."""
        return (
            place.zone in self.zones
            and (not self.regions or place.region in self.regions)
            and (self.trains_on_input or not place.trains_on_input)
        )

    def gives_way(self, place: Place) -> bool:
        """Whether it may be processed there for a written reason."""
        return place.zone in self.break_glass and not place.trains_on_input

    @model_validator(mode="after")
    def _gives_way_somewhere(self) -> MatrixRow:
        if repeated := sorted(set(self.break_glass) & set(self.zones)):
            raise ValueError(f"break_glass names zones that may serve without a reason: {', '.join(repeated)}")
        return self
