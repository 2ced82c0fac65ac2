import pytest


@pytest.fixture
def reservation():
    yield 1
    raise RuntimeError("still reserved")


def test_reserve(reservation):
    assert reservation == 1


def test_other():
    pass
