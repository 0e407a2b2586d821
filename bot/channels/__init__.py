"""Channels turn wire into words and words into wire. One file or folder each, found by name."""
