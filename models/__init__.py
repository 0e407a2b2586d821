"""Rows and how to find them. The only importer of tortoise; gives domain values and plain records."""
