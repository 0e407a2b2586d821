from tests.wecom_fake.fixtures import platforms, wecom

__all__ = ["platforms", "wecom"]
