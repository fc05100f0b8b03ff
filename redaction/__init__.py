"""How personal information is recognised, and the way there and back. The one door to Presidio and spaCy."""
