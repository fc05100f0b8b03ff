"""Expressions to avoid: word lists and patterns, read with word boundaries so that ordinary Japanese stays alone."""

from policies.wording.detector import WordingDetector
from policies.wording.entries import PatternEntry, Silence, WordEntry, WordGroup

__all__ = ["PatternEntry", "Silence", "WordEntry", "WordGroup", "WordingDetector"]
