"""The pages and paths that the door answers."""
