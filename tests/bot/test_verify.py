"""`python -m bot verify F… [--receipt R] [--key K]` (INTERFACE.md §2, VOTING.md §3)."""
