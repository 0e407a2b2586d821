from tests.simulator.fixtures import sim, simulator, token

__all__ = ["sim", "simulator", "token"]
