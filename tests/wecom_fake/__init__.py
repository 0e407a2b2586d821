"""A WeCom and an Official Account of our own, in a process of its own: proved by clients that others wrote.

The long connection, the callback's sender, webhooks, customer groups, and the Official Account's server side.
"""
