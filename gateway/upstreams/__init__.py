"""Where a request goes once it may leave: one protocol, three lanes, and the choice among them."""
