from __future__ import annotations

import pytest

from gateway.accounts.roles import ALLOWED, Permission, Role


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        (Role.VIEWER, "see"),
        (Role.AUDITOR, "see audit"),
        (Role.EDITOR, "see edit"),
        (Role.APPROVER, "see approve"),
        (Role.ADMINISTRATOR, "see edit approve audit administer"),
    ],
)
def test_what_each_role_may(role: Role, wanted: str) -> None:
    assert ALLOWED[role] == {Permission(word) for word in wanted.split()}
    assert role.word
