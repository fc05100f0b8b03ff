"""The house: the door, the way of one exchange, and the way out to the models."""
