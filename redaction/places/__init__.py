"""Municipalities and towns of the country, and what they say of a text. The list's licence: LICENSE-places.md."""
