"""The policy in force: where it comes from, its history, how it is tried, tested and compared."""
