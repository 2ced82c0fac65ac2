import pytest

pytest.importorskip("no_such_module_here")


def test_never():
    pass
