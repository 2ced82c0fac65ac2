import pytest


@pytest.fixture(scope="session", autouse=True)
def server():
    yield
    raise RuntimeError("the server did not stop")


def test_first():
    pass


def test_last():
    pass
