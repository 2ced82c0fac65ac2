import pytest


@pytest.fixture
def database():
    raise ConnectionError("no database")


def test_without():
    pass


def test_reads(database):
    pass
