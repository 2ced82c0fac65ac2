import pytest


def test_before():
    pass


def test_ends_the_run():
    pytest.exit("the machine is on fire")


def test_after():
    assert False
