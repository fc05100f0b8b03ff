"""A trained tagger for names and addresses: a linear chain over Sudachi's words.

``features`` says what it looks at, ``model`` holds what it has learnt, ``chain`` decodes; ``train`` makes the model file
from marked documents (docs/tagger.md).
"""

from __future__ import annotations


class ModelError(ValueError):
    """The model file is missing, or is not one. The message names the file and says what is wrong."""
