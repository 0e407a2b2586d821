"""All that is known of words, read once for all tests of a process: it takes a second, and nothing changes it."""

from functools import cache

from bot.words import Understanding

understanding = cache(Understanding.load)
