"""Puts everything together: configuration, channels, delivery, command line."""
