from __future__ import annotations

import io

from gateway.commands.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal() -> None:
    out = Terminal()
    bar = Progress("読み取り", out)
    for done in range(1, 1001):
        bar(done, 1000)
    drawn = out.getvalue()
    assert drawn.endswith(f"[{'#' * 30}] 1,000／1,000\n")
    assert drawn.count("\r") < 100


def test_nothing_elsewhere_and_nothing_to_do() -> None:
    out = io.StringIO()
    Progress("x", out)(1, 1)
    assert out.getvalue() == ""
    terminal = Terminal()
    Progress("x", terminal)(0, 0)
    assert terminal.getvalue().endswith("0／0\n")
