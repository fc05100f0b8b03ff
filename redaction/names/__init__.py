"""Names of persons in Japanese text: Sudachi's tags, and the words that stand beside a name.

Each module reads one kind of evidence and yields candidates; ``reader`` joins them and looks for
the names found once in the rest of the text.
"""

from __future__ import annotations

from redaction.names.reader import again, read

__all__ = ["again", "read"]
