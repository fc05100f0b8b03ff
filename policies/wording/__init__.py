"""Expressions to avoid: word lists and patterns, read with word boundaries so that ordinary Japanese stays alone."""

from policies.wording.detector import WordingDetector
from policies.wording.entries import Frame, PatternEntry, Silence, WordEntry, WordGroup

__all__ = ["Frame", "PatternEntry", "Silence", "WordEntry", "WordGroup", "WordingDetector"]
