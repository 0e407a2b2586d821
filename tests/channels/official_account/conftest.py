from tests.wecom_fake.fixtures import platforms

__all__ = ["platforms"]
