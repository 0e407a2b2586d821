"""`python -m tests.wecom_fake [--port N]`: prints its address when it listens, runs until stopped."""

import argparse
import socket

import uvicorn

from tests.wecom_fake.app import application


def main() -> None:
    """Listen first, then tell the address, then serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.wecom_fake", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 (default) takes a free one")
    listener = socket.create_server(("127.0.0.1", parser.parse_args().port), backlog=512)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - whoever started it reads this line
    config = uvicorn.Config(
        application(), log_level="error", access_log=False, timeout_graceful_shutdown=1, ws="websockets-sansio"
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
