"""Requests to WeCom and WeChat: addresses hold keys and tokens, so they are never logged."""

import logging

import httpx

PATIENCE = 20.0

# httpx logs each address at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)


def client(base_url: str = "") -> httpx.AsyncClient:
    """A client that follows no redirect: a key is not handed on."""
    return httpx.AsyncClient(base_url=base_url, timeout=PATIENCE, follow_redirects=False)
