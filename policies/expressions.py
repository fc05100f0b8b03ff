"""The one door to RE2: regular expressions that administrators write, searched in linear time."""

from __future__ import annotations

import re2


class ExpressionError(ValueError):
    """A regular expression that cannot be used; the message says why."""


def compile_expression(expression: str, *, any_case: bool = True) -> re2._Regexp:
    """Compile. Raises ExpressionError with RE2's reason, and for one that matches the empty text."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not any_case
    try:
        compiled = re2.compile(expression, options)
    except re2.error as error:
        reason = error.args[0]
        raise ExpressionError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None
    if compiled.search(""):
        raise ExpressionError("it matches the empty text")
    return compiled
