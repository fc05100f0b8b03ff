"""Expressions to avoid: word lists and patterns, read with word boundaries so that ordinary Japanese stays alone."""

from policies.wording.detector import WordingDetector
from policies.wording.entries import Concept, PatternEntry, Silence, WordEntry

__all__ = ["Concept", "PatternEntry", "Silence", "WordEntry", "WordingDetector"]
