"""``config.yaml``: what an operator edits. Every key is described here; unknown keys are refused.

Relative paths are relative to the folder of the file. Keys and passwords never stand in it:
they are named by environment variable.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from gateway.accounts.roles import Role
from gateway.documents.limits import Limits
from gateway.labels import Adoption
from gateway.leaderboard.settings import Leaderboard
from gateway.upstreams.base import Deployment
from policies.document import load
from policies.ordinance.limits import Entity, OwnLimits
from policies.ordinance.limits import Limits as LegalLimits
from policies.schema import Strict, Text

MEBIBYTE = 1 << 20
MOST_WORKERS = 64


class Municipality(Strict):
    """Whose gateway this is."""

    name: Text = Field(default="（自治体名未設定）", description="Name as pages and exports show it.")
    kind: Entity = Field(
        default="city",
        description="`prefecture`, `designated_city`, `city` or `town_village`: whose limits of law the checks compare with.",
    )
    code: str = Field(
        default="", pattern=r"^(\d{6})?$", description="全国地方公共団体コード, six digits; may be empty."
    )


class Ordinance(Strict):
    """What the ordinance checks compare with, and the statutes that they quote."""

    limits: OwnLimits = Field(default=OwnLimits(), description="The municipality's own limits.")
    statutes: Path = Field(
        default=Path("statutes"),
        description="Folder of laws and ordinances that `statutes load` reads (XML of e-Gov, HTML, Markdown, plain text).",
    )


class Server(Strict):
    """The door."""

    host: Text = Field(default="127.0.0.1", description="Address to listen on. Beyond loopback, put TLS before it.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    max_body_bytes: int = Field(
        default=4 * MEBIBYTE, ge=1024, description="Largest request body in bytes; above it 413."
    )
    max_batch_bytes: int = Field(
        default=64 * MEBIBYTE, ge=1024, description="Largest body of `/v1/check/batch`; above it 413."
    )
    body_timeout_seconds: float = Field(
        default=30.0, gt=0, description="How long a client may take to send its body; after it 408."
    )
    max_exchanges: int = Field(
        default=256,
        ge=1,
        description="Exchanges at one time; above it 503 with Retry-After. Several workers share it in equal parts.",
    )
    workers: Annotated[int, Field(ge=1, le=MOST_WORKERS)] | Literal["auto"] = Field(
        default=1,
        description="Processes that read texts behind the one port; `auto`: one for each core. Not on Windows.",
    )

    @property
    def processes(self) -> int:
        """How many workers there are on this computer."""
        return _cores() if self.workers == "auto" else self.workers

    def share(self, most: int) -> int:
        """What one worker may have of what all together may have: at least one."""
        return max(1, most // self.processes)


def _cores() -> int:
    """Those that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return min(MOST_WORKERS, len(allowed(0)) if allowed else os.cpu_count() or 1)


class Database(Strict):
    """Where records are kept."""

    url: Text = Field(
        default="sqlite:///data/sekimori.db",
        description="`sqlite:///FILE` (embedded) or `postgresql://USER@HOST/NAME` (several gateways).",
    )
    password_env: str | None = Field(
        default=None, description="Environment variable with the password of the PostgreSQL user."
    )


class Policies(Strict):
    """Which rules hold."""

    directory: Path = Field(
        default=Path("policies/rules"), description="Folder of the rule files (`*.yaml`, folders below included)."
    )
    profile: Literal["standard", "strict"] = Field(
        default="standard",
        description="`standard`: redact, flag, restore. `strict`: My Number, sensitive facts and personal records "
        "never leave the premises.",
    )
    own: Path = Field(
        default=Path("data/policies"),
        description="Folder of the municipality's own rule files. A rule there replaces the shipped one of the same id. "
        "Changes are picked up while the gateway runs; what is saved on the pages is written there.",
    )
    two_persons: bool = Field(
        default=False, description="Whether a change comes into force only when a second person has approved it."
    )


class SecondReading(Strict):
    """A model inside the building that looks again at sentences that the word lists only doubt."""

    deployment: Text = Field(description="Name of the deployment that is asked; its `zone` must be `on_premises`.")
    timeout_seconds: float = Field(
        default=3.0, gt=0, description="Longest wait for one sentence; after it the finding stays as it was."
    )
    most_sentences: int = Field(
        default=5, ge=1, le=50, description="Sentences of one text that are asked about; findings of others stay."
    )
    checks: bool = Field(
        default=False, description="Whether it is also asked about ordinance checks, except those of severity `stop`."
    )


class Inspection(Strict):
    """How texts are read."""

    detectors: tuple[Literal["personal_information"], ...] = Field(
        default=("personal_information",),
        min_length=1,
        description="Detectors beside those that the rule files define. An unknown name stops the start.",
    )
    timeout_seconds: float = Field(
        default=20.0, gt=0, description="Longest reading of one request or one piece of a reply; after it 503."
    )
    threads: int = Field(default=4, ge=1, le=64, description="Threads that read texts.")
    cache_entries: int = Field(
        default=20_000, ge=0, description="Texts whose findings are remembered (by hash; no text is kept)."
    )
    second_reading: SecondReading | None = Field(
        default=None,
        description="A local model that looks again at doubtful wording; off if absent. Its failure is not a pass.",
    )


class Redaction(Strict):
    """What the municipality adds to the detector of personal information. Both files are read anew when they change."""

    allowlist: Path | None = Field(
        default=None, description="File of what is public: own numbers, addresses, domains, facilities, officials."
    )
    recognizers: Path | None = Field(
        default=None, description="File of recognizers of your own, in Presidio's no-code form."
    )
    strict: bool = Field(
        default=False,
        description="Ask the model ja_ginza as well about names and addresses: finds a little more, and is many times "
        "slower (docs/strict.md). Needs `make setup-strict`.",
    )
    reload_seconds: float = Field(
        default=5.0, ge=0.1, le=3600, description="How often the two files are looked at for changes."
    )


class Identity(Strict):
    """How persons are told apart behind a key that many share."""

    person_header: Text = Field(
        default="X-Sekimori-Person",
        description="Header in which an application key may name the person; the body's `user` field serves as well.",
    )


class Retention(Strict):
    """How long records are kept. The adoption figures stay when records are deleted; nothing set: records stay too."""

    answered_months: int | None = Field(
        default=None,
        ge=1,
        description="Months for which exchanges are kept that were not blocked, beside the current one.",
    )
    blocked_months: int | None = Field(
        default=None, ge=1, description="Months for which blocked exchanges are kept, beside the current one."
    )
    imported_months: int | None = Field(
        default=None, ge=1, description="Months for which imported lines are kept, beside the current one."
    )
    pseudonyms_years: int | None = Field(
        default=None,
        ge=1,
        description="Fiscal years, beside the current one, after which persons in the figures get numbers by chance.",
    )


class OpenID(Strict):
    """Sign-in by the municipality's own identity provider (OpenID Connect)."""

    issuer: Text = Field(description="Address of the provider, as its discovery document names itself.")
    client_id: Text = Field(description="Name under which the gateway is registered there.")
    client_secret_env: str | None = Field(
        default=None, description="Environment variable with the client secret; none for a public client (PKCE)."
    )
    role_claim: Text = Field(default="groups", description="Claim of the ID token that decides the role.")
    roles: dict[str, Role] = Field(
        min_length=1,
        description="Value of the claim → `viewer`, `auditor`, `editor`, `approver` or `administrator`. "
        "Who has none of them is not let in; of several the last in this list holds.",
    )
    name_claim: Text = Field(default="preferred_username", description="Claim that becomes the account's name.")
    ca_file: str | None = Field(default=None, description="PEM file of certificate authorities to trust instead.")


class Admin(Strict):
    """The pages below `/admin`."""

    address: str | None = Field(
        default=None,
        pattern=r"^https?://[^/?#@\s]+$",
        description="Address by which people reach the gateway, such as `https://ai.city.example.jp`. Required behind a "
        "proxy that ends TLS, and for OpenID Connect. Without it, pages work on this computer only.",
    )
    session_hours: float = Field(default=8.0, gt=0, le=24, description="How long a sign-in lasts.")
    openid: OpenID | None = Field(default=None, description="Sign-in by OpenID Connect, beside local accounts.")

    @model_validator(mode="after")
    def _reachable(self) -> Admin:
        if self.openid is not None and self.address is None:
            raise ValueError("openid needs address: the provider sends people back there")
        return self


class Config(Strict):
    """The whole file."""

    version: Literal[1] = Field(description="Format of this file; always 1.")
    municipality: Municipality = Field(default=Municipality(), description="Whose gateway this is.")
    server: Server = Field(default=Server(), description="The door.")
    data_dir: Path = Field(default=Path("data"), description="Folder for the database and the secret key file.")
    database: Database = Field(default=Database(), description="Where records are kept.")
    timezone: Literal["Asia/Tokyo"] = Field(
        default="Asia/Tokyo", description="Where a day begins. Japan has one time; another zone is an error."
    )
    policies: Policies = Field(default=Policies(), description="Which rules hold.")
    ordinance: Ordinance = Field(default=Ordinance(), description="What the ordinance checks compare with and quote.")
    inspection: Inspection = Field(default=Inspection(), description="How texts are read.")
    documents: Limits = Field(default=Limits(), description="How attached documents are read.")
    redaction: Redaction = Field(default=Redaction(), description="What is public, and recognizers of your own.")
    identity: Identity = Field(default=Identity(), description="How persons are told apart.")
    leaderboard: Leaderboard = Field(default=Leaderboard(), description="The adoption page.")
    adoption: Adoption = Field(default=Adoption(), description="How the adoption figures are made.")
    retention: Retention = Field(default=Retention(), description="How long records are kept.")
    admin: Admin = Field(default=Admin(), description="The pages below `/admin`.")
    deployments: tuple[Deployment, ...] = Field(min_length=1, description="Where models run.")
    fallbacks: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Model alias → aliases that stand in for it, in order."
    )

    @field_validator("database")
    @classmethod
    def _known_database(cls, value: Database) -> Database:
        if not value.url.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("url must begin with sqlite:/// or postgresql://")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Config:
        aliases = {deployment.model for deployment in self.deployments}
        names = [deployment.name for deployment in self.deployments]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"the deployment name {name} stands twice")
        for alias, others in self.fallbacks.items():
            for wanted in (alias, *others):
                if wanted not in aliases:
                    raise ValueError(f"fallbacks name the model {wanted}, which no deployment serves")
        return self

    @property
    def limits(self) -> LegalLimits:
        """What the ordinance checks compare with."""
        return LegalLimits(self.municipality.kind, self.ordinance.limits)

    @property
    def statutes_index(self) -> Path:
        """The file of the statutes that are loaded."""
        return self.data_dir / "statutes.sqlite3"

    @model_validator(mode="after")
    def _second_reading_stays_inside(self) -> Config:
        second = self.inspection.second_reading
        if second is None:
            return self
        zones = {deployment.name: deployment.zone for deployment in self.deployments}
        if second.deployment not in zones:
            raise ValueError(f"inspection.second_reading names {second.deployment}, which is no deployment")
        if zones[second.deployment] != "on_premises":
            raise ValueError(f"inspection.second_reading names {second.deployment}, whose zone is not on_premises")
        return self


def load_config(path: Path) -> Config:
    """Read and validate the file, paths made absolute. Raises ``policies.document.DocumentError``."""
    config = load(path, Config).model
    base = path.resolve().parent
    url = config.database.url
    if url.startswith("sqlite:///") and not url.startswith(("sqlite:////", "sqlite:///:memory:")):
        url = f"sqlite:///{(base / url.removeprefix('sqlite:///')).as_posix()}"
    files = {
        name: base / path
        for name in ("allowlist", "recognizers")
        if (path := getattr(config.redaction, name)) is not None
    }
    return config.model_copy(
        update={
            "redaction": config.redaction.model_copy(update=files),
            "data_dir": base / config.data_dir,
            "database": config.database.model_copy(update={"url": url}),
            "policies": config.policies.model_copy(
                update={"directory": base / config.policies.directory, "own": base / config.policies.own}
            ),
            "ordinance": config.ordinance.model_copy(update={"statutes": base / config.ordinance.statutes}),
        }
    )
