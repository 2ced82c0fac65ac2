import pytest


def test_runs():
    pass


@pytest.mark.xfail(strict=True, reason="was to fail")
def test_strict():
    pass
