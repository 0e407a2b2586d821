"""`python -m tests.simulator [--port N]`: prints its address when it listens, runs until stopped."""

import argparse
import socket

import uvicorn

from tests.simulator.app import application


def main() -> None:
    """Listen first, then tell the address, then serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 (default) takes a free one")
    listener = socket.create_server(("127.0.0.1", parser.parse_args().port), backlog=512)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - whoever started it reads this line
    config = uvicorn.Config(application(), log_level="critical", access_log=False, timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
