"""What is installed is what was chosen: locked with hashes, explained, under licences that go together with ours."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNTIME, DEV, LLM, STRICT, UV = (ROOT / f"requirements{kind}.lock" for kind in ("", "-dev", "-llm", "-strict", "-uv"))
SDK2 = ROOT / "tests/e2e/sdks/openai2/requirements.lock"
CLIENTS = ROOT / "tests/e2e/sdks/clients/requirements.lock"
LOCKS = (RUNTIME, DEV, LLM, STRICT, UV, SDK2, CLIENTS)

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")

LICENCES = {
    "0BSD", "Apache Software License", "Apache-2.0", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0",
    "CNRI-Python", "DFSG approved", "ISC License (ISCL)", "MIT", "MIT-CMU", "MIT License", "MIT-0", "PSF-2.0", "Public-Domain",
    "Python Software Foundation License", "Zlib",
    # Weak copyleft by file: used unchanged, nothing of ours becomes part of theirs.
    "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)",
}  # fmt: skip

# Distributions whose metadata name no licence; their licence file begins as it is known to.
BY_FILE = {
    "resvg-py": (
        "MIT",
        "Permission is hereby granted, free of charge, to any person obtaining a\ncopy of this software",
    )
}


def pins(lock: Path) -> dict[str, str]:
    """Canonical name → version."""
    found = (PIN.match(line) for line in lock.read_text("utf-8").splitlines())
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def direct(lock: Path) -> set[str]:
    """What the lock says that the project itself asked for: the lock's answer to pyproject.toml when it was made."""
    names, name = set(), ""
    for line in lock.read_text("utf-8").splitlines():
        match = PIN.match(line)
        name = canonicalize_name(match[1]) if match else name
        if "sekimori (pyproject.toml" in line:
            names.add(name)
    return names


def wanted(lock: Path) -> list[Requirement]:
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    texts = {
        RUNTIME: project["dependencies"],
        DEV: project["dependencies"] + project["optional-dependencies"]["dev"],
        LLM: groups["llm"],
        STRICT: groups["strict"],
        UV: groups["uv"],
        SDK2: groups["openai2"],
        CLIENTS: groups["clients"],
    }[lock]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_has_hashes_and_no_addresses(lock: Path) -> None:
    text = lock.read_text("utf-8")
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    assert pins(lock)
    assert [block.split("\n")[0] for block in blocks if block.strip() and "--hash=sha256:" not in block] == []
    assert not re.search(r"https?://|--index-url|--find-links|@ file:", text)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_answers_what_pyproject_asks_now(lock: Path) -> None:
    requirements, locked = wanted(lock), pins(lock)
    assert direct(lock) == {canonicalize_name(requirement.name) for requirement in requirements}, "run `make lock`"
    unmet = [str(r) for r in requirements if locked[canonicalize_name(r.name)] not in r.specifier]
    assert unmet == [], "run `make lock`"


def test_the_locks_of_one_environment_agree() -> None:
    runtime, dev = pins(RUNTIME), pins(DEV)
    assert {name: dev.get(name) for name in runtime} == runtime
    for other in (pins(LLM), pins(STRICT), pins(UV)):
        assert {name: dev.get(name, version) for name, version in other.items()} == other


def test_litellm_is_not_one_of_the_malicious_versions() -> None:
    # 1.82.7 and 1.82.8 stole credentials (March 2026); they stay excluded in pyproject.toml too.
    malicious = ("1.82.7", "1.82.8")
    requirement = next(r for r in wanted(RUNTIME) if r.name == "litellm")
    assert all(version not in requirement.specifier for version in malicious)
    assert {pins(lock).get("litellm") for lock in LOCKS}.isdisjoint(malicious)
    assert metadata.version("litellm") == pins(DEV)["litellm"]


def test_two_majors_of_the_openai_sdk_are_tested() -> None:
    majors = {lock: pins(lock)["openai"].split(".")[0] for lock in (DEV, SDK2)}
    assert majors == {DEV: "3", SDK2: "2"}


@pytest.mark.parametrize("folder", ["sdks/node", "pages"])
def test_a_node_lock_has_hashes_and_no_addresses(folder: str) -> None:
    text = (ROOT / "tests/e2e" / folder / "package-lock.json").read_text("utf-8")
    text = re.sub(r'"url": "[^"]*"', "", text)  # where its authors ask for money
    assert '"integrity": "sha512-' in text
    assert '"resolved"' not in text
    assert not re.search(r"https?://", text)


def test_every_installed_licence_goes_together_with_apache_2() -> None:
    locked = pins(DEV) | pins(LLM) | pins(STRICT)
    found = {d.metadata["Name"]: licences(d) for d in metadata.distributions() if d.metadata["Name"]}
    refused = {
        name: words
        for name, words in found.items()
        if canonicalize_name(name) in locked and not (words and words <= LICENCES)
    }
    assert refused == {}


def licences(distribution: metadata.Distribution) -> set[str]:
    """The licences that all hold; of alternatives the first that we accept."""
    about = distribution.metadata
    classifiers = [c.rsplit(" :: ", 1)[-1] for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    text = about.get("License-Expression") or "; ".join(classifiers) or (about.get("License") or "").split("\n")[0]
    if not text and (known := BY_FILE.get(canonicalize_name(about["Name"]))):
        files = [file.read_text() for file in distribution.files or () if file.name == "LICENSE"]
        return {known[0]} if any(known[1] in words for words in files) else set()
    words = {word.strip(" ()") for word in re.split(r" AND | and ", text)} if " OR " in text else split(text)
    return {next((part for part in word.split(" OR ") if part in LICENCES), word) for word in words}


def split(text: str) -> set[str]:
    return {word.strip() for word in re.split(r" AND | and |; ", text) if word.strip()}


def test_every_direct_dependency_is_explained() -> None:
    rows = re.findall(r"(?m)^\| `([^`]+)` \|", (ROOT / "docs/dependencies.md").read_text("utf-8"))
    asked = {canonicalize_name(r.name) for lock in LOCKS for r in wanted(lock)}
    assert sorted(set(rows)) == sorted(asked)
    assert len(rows) == len(set(rows))
