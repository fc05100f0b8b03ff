"""Recognizers of personal information: one module for each family of kinds."""
