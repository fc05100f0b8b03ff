"""Which places of which API are inspected: worked out from the endpoints themselves, shown and tested."""
