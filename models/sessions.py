"""Sessions and what falls due."""
