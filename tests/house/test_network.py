"""The guard on the tests themselves."""

import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_network_refuses_an_address_when_it_is_not_loopback(host: str) -> None:
    """Tests open no sockets but loopback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET

    with socket.socket(family) as sock, pytest.raises(PermissionError):
        sock.connect((host, 80))


def test_network_refuses_a_name_look_up() -> None:
    """Tests ask no name server."""
    with pytest.raises(PermissionError):
        socket.getaddrinfo("example.org", 80)


def test_network_allows_loopback() -> None:
    """Loopback is where the tests' servers live."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
