"""What each API says about its bodies. Data for the one route function, not handlers."""
