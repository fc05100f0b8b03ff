"""Counting: records of exchanges, departments, adoption figures. Imports nothing of ours, and never sees a text."""
