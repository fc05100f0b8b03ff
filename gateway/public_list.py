"""The list of what is public (``redaction.allowlist``) as the pages keep it: checked whole, compared, saved whole."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.language import Told, mark
from policies.document import DocumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.app import House
    from policies.finding import Detector
    from policies.ruleset import PolicySet

LONGEST_COMMENT = 1000


class PublicListError(Told, ValueError):
    """What was asked for cannot be done; the message says why."""


class PublicList:
    """One file, which the gateway also reads anew when somebody changes it on disk."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.path = house.config.redaction.allowlist

    @property
    def name(self) -> str:
        """The file's name, without its folder; "" where none is configured."""
        return self.path.name if self.path else ""

    def content(self) -> str:
        """The file as it lies there; "" where there is none yet. Raises OSError."""
        return self.path.read_text("utf-8") if self.path and self.path.exists() else ""

    async def check(self, content: str) -> PolicySet:
        """The policy in force with this list instead. Raises DocumentError with every fault, examples that fail included."""
        return await asyncio.to_thread(self._tried, content)

    async def save(self, content: str, *, actor: str, comment: str) -> None:
        """Put the list into force and on disk. Raises DocumentError, PublicListError, OSError; nothing has changed then."""
        if self.path is None:
            raise PublicListError(
                mark("公開情報のファイルが設定されていません（config.yaml の redaction.allowlist）。")
            )
        if not comment.strip() or len(comment) > LONGEST_COMMENT:
            raise PublicListError(mark("変更の理由を1〜{most}文字で書いてください。"), most=LONGEST_COMMENT)
        if self._house.live.history.two_persons:
            raise PublicListError(
                mark("二人での承認を設定しているため、この画面からは保存できません。ファイルの管理者に頼んでください。")
            )
        await self.check(content)
        before = await asyncio.to_thread(self.content) if self.path.exists() else None
        await self._house.audit.append(
            actor, "allowlist.save", self.name[:128], comment=comment.strip(), lines=len(content.splitlines())
        )
        try:
            await asyncio.to_thread(_replace, self.path, content)
            await self._house.live.renew(await asyncio.to_thread(self._detectors, self.path))
        except (OSError, DocumentError):
            if before is None:
                self.path.unlink(missing_ok=True)
            else:
                await asyncio.to_thread(_replace, self.path, before)
            raise

    def _detectors(self, path: Path) -> Sequence[Detector]:
        from gateway.parts import detectors  # noqa: PLC0415, the engine, which is loaded by now

        config = self._house.config
        return detectors(config.inspection.detectors, config.redaction.model_copy(update={"allowlist": path}))

    def _tried(self, content: str) -> PolicySet:
        with tempfile.TemporaryDirectory() as folder:
            draft = Path(folder) / (self.name or "allowlist.yaml")
            draft.write_text(content, "utf-8")
            try:
                return self._house.source.tried(self._detectors(draft), self._house.live.files)
            except DocumentError as error:
                raise DocumentError(_named(fault, draft) for fault in error.faults) from None


def _named(fault: Fault, draft: Path) -> Fault:
    """A fault of the draft as one of the file that it stands for."""
    return Fault(draft.name, fault.line, fault.column, fault.message) if fault.path == str(draft) else fault


def _replace(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(content, "utf-8")
    os.replace(draft, path)  # noqa: PTH105, atomic on every system
