"""Adoption figures for other programs: open data as CSV and Excel, and the data package that describes them."""
