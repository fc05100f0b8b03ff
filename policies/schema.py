"""The shape of a rule file. Unknown keys are refused; a rule without examples is an error."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from policies.decision import Action
from policies.situation import Direction, Zone

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
KindGlob = Annotated[str, Field(pattern=r"^[a-z*][a-z0-9_.*]*$")]
Text = Annotated[str, Field(min_length=1)]


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
    endpoints: tuple[Text, ...] = Field(default=(), description="Paths below `/v1/`, such as `chat/completions`.")
    models: tuple[Text, ...] = Field(default=(), description="Model aliases.")
    zones: tuple[Zone, ...] = Field(default=(), description="`on_premises`, `external`: where it would be processed.")
    classifications: tuple[Text, ...] = Field(default=(), description="Classes of the material, such as 機密性3.")
    min_score: float = Field(default=0.0, ge=0.0, le=1.0, description="Surest findings only: from this score on.")

    @model_validator(mode="before")
    @classmethod
    def _no_scalar_lists(cls, data: Any) -> Any:
        """Say plainly that ``kinds: pii.person`` wants a list."""
        if isinstance(data, dict):
            for key in ("kinds", "directions", "departments", "endpoints", "models", "zones", "classifications"):
                if isinstance(data.get(key), str):
                    message = f"{key} must be a list: [{data[key]}]"
                    raise ValueError(message)  # noqa: TRY004, pydantic wants a ValueError
        return data
