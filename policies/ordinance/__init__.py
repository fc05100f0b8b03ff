"""Matters of law and ordinance: what to confirm, with whom, under which article."""
