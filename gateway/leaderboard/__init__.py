"""The adoption page as a thing of its own: what it is asked, what it shows, its pictures, its files, the site for outside.

``routes/leaderboard.py`` serves it, ``commands/publish.py`` writes it to a folder. Figures come from ``metrics.board``, where
what may not be shown does not exist.
"""
