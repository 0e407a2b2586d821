"""A Telegram Bot API server for tests: a separate process, driven by `tests.simulator.client`.

Each bot token has a world of its own (people, chats, messages), so that tests do not see each other.
"""
