"""From a configuration to a PolicySet: shipped rules, profile, the municipality's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.document import DocumentError
from policies.layers import read_own
from policies.loader import Local, load_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.config import Config
    from policies.finding import Detector
    from policies.ordinance.library import Library
    from policies.ruleset import PolicySet
    from policies.situation import Place


class Source:
    """Loads the policy that the configuration names. Holds the detectors, and nothing of a policy."""

    def __init__(self, config: Config, detectors: Sequence[Detector], library: Library | None = None) -> None:
        self._config, self._detectors = config, tuple(detectors)
        names = {
            "models": frozenset(deployment.model for deployment in config.deployments),
            "regions": frozenset(deployment.region for deployment in config.deployments),
        }
        self._local = Local(names, config.limits, library)

    def own(self) -> dict[str, str]:
        """The municipality's own files as they lie in their folder. Raises DocumentError."""
        return read_own(self._config.policies.own)

    def load(self, own: Mapping[str, str], *, run_examples: bool = True) -> PolicySet:
        """The policy with these own files. Raises DocumentError with every fault."""
        return self.tried(self._detectors, own, run_examples=run_examples)

    def tried(self, detectors: Sequence[Detector], own: Mapping[str, str], *, run_examples: bool = True) -> PolicySet:
        """The policy as it would be with other detectors, which are not kept. Raises DocumentError with every fault."""
        chosen = self._config.policies
        return load_policy(
            chosen.directory,
            detectors,
            self._local,
            profile=chosen.profile,
            own=own,
            run_examples=run_examples,
        )

    def renewed(self, detectors: Sequence[Detector], own: Mapping[str, str]) -> PolicySet:
        """The policy with other detectors, which are kept when all loads: what they read from files has changed."""
        before = self._detectors
        self._detectors = tuple(detectors)
        try:
            return self.load(own)
        except DocumentError:
            self._detectors = before
            raise

    def places(self, model: str, endpoint: str = "chat/completions") -> tuple[Place, ...]:
        """Where a model's deployments and those of its fallbacks stand, best first; empty for an unknown model."""
        aliases = (model, *self._config.fallbacks.get(model, ()))
        return tuple(
            dict.fromkeys(
                deployment.place
                for alias in aliases
                for deployment in self._config.deployments
                if deployment.model == alias and endpoint in deployment.endpoints
            )
        )
