"""``config.yaml``: what an operator edits. Every key is described here; unknown keys are refused.

Relative paths are relative to the folder of the file. Keys and passwords never stand in it:
they are named by environment variable.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from gateway.upstreams.base import Deployment
from policies.document import load
from policies.schema import Strict, Text

MEBIBYTE = 1 << 20


class Municipality(Strict):
    """Whose gateway this is."""

    name: Text = Field(default="（自治体名未設定）", description="Name as pages and exports show it.")
    code: str = Field(
        default="", pattern=r"^(\d{6})?$", description="全国地方公共団体コード, six digits; may be empty."
    )


class Server(Strict):
    """The door."""

    host: Text = Field(default="127.0.0.1", description="Address to listen on. Beyond loopback, put TLS before it.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    max_body_bytes: int = Field(
        default=4 * MEBIBYTE, ge=1024, description="Largest request body in bytes; above it 413."
    )
    body_timeout_seconds: float = Field(
        default=30.0, gt=0, description="How long a client may take to send its body; after it 408."
    )
    max_exchanges: int = Field(default=256, ge=1, description="Exchanges at one time; above it 503 with Retry-After.")


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


class SecondReading(Strict):
    """A model inside the building that looks again at sentences that the word lists only doubt."""

    deployment: Text = Field(description="Name of the deployment that is asked; its `zone` must be `on_premises`.")
    timeout_seconds: float = Field(
        default=3.0, gt=0, description="Longest wait for one sentence; after it the finding stays as it was."
    )
    most_sentences: int = Field(
        default=5, ge=1, le=50, description="Sentences of one text that are asked about; findings of others stay."
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


class Identity(Strict):
    """How persons are told apart behind a key that many share."""

    person_header: Text = Field(
        default="X-Sekimori-Person",
        description="Header in which an application key may name the person; the body's `user` field serves as well.",
    )


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
    inspection: Inspection = Field(default=Inspection(), description="How texts are read.")
    identity: Identity = Field(default=Identity(), description="How persons are told apart.")
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
    return config.model_copy(
        update={
            "data_dir": base / config.data_dir,
            "database": config.database.model_copy(update={"url": url}),
            "policies": config.policies.model_copy(update={"directory": base / config.policies.directory}),
        }
    )
