import pytest


def test_runs():
    pass


@pytest.mark.skip(reason="not today")
def test_skipped_by_mark():
    assert False


def test_skipped_inside():
    pytest.skip("no network")


@pytest.mark.xfail(reason="known bug")
def test_expected_to_fail():
    assert False


@pytest.mark.xfail(reason="mended since")
def test_unexpectedly_passes():
    pass
