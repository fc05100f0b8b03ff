"""How the tagger's model is made: marked documents, their variants with other people in them, and the learning itself.

Nothing here is needed to read texts. ``python -m redaction.training.train`` is the one command (docs/tagger.md).
"""
