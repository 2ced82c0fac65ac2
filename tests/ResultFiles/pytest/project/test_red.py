import pytest


def test_passes():
    pass


def test_is_billed_once():
    assert 1 == 2, "billed twice <&> \x1b[31mred\x1b[0m"


def test_raises():
    raise RuntimeError("no stock")


@pytest.mark.parametrize("day", ["2024-02-28", "2024-02-29"])
def test_leap_day(day):
    assert day != "2024-02-29"
