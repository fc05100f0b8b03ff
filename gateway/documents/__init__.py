"""Documents that are attached to a message become texts, so that they are read like any other.

They are taken apart in a process of their own (``process.py``), which is bounded in time and memory:
what parses a stranger's file must not be able to take the door down with it.
"""
