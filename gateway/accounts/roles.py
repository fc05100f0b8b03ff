"""Roles and what each of them may do."""

from __future__ import annotations

from enum import StrEnum

from gateway.language import mark


class Role(StrEnum):
    """Who a person is to the gateway. What each may do: ``ALLOWED``."""

    VIEWER = "viewer"
    AUDITOR = "auditor"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"

    @property
    def word(self) -> str:
        """The role's name on pages."""
        return _WORDS[self]


class Permission(StrEnum):
    """What a page or a button needs."""

    SEE = "see"  # rules, history, try page
    EDIT = "edit"  # save a change, deal with reports
    APPROVE = "approve"  # approve, reject, roll back
    AUDIT = "audit"  # audit chain, recent exchanges
    ADMINISTER = "administer"  # keys, departments, accounts


_WORDS = {
    Role.VIEWER: mark("閲覧者"),
    Role.AUDITOR: mark("監査担当"),
    Role.EDITOR: mark("編集者"),
    Role.APPROVER: mark("承認者"),
    Role.ADMINISTRATOR: mark("管理者"),
}

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.SEE}),
    Role.AUDITOR: frozenset({Permission.SEE, Permission.AUDIT}),
    Role.EDITOR: frozenset({Permission.SEE, Permission.EDIT}),
    Role.APPROVER: frozenset({Permission.SEE, Permission.APPROVE}),
    Role.ADMINISTRATOR: frozenset(Permission),
}
"""An administrator may approve, but nobody approves a change of their own."""
