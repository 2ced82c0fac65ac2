import pytest


def test_orders_are_billed():
    assert 1 + 1 == 2


@pytest.mark.parametrize("name", ["plain", "a/b", "with space", "<&\">", "Ünï-✓", "tab\tand\nline", "nul\0esc\x1b[31m", "]]>", ""])
def test_names(name):
    assert isinstance(name, str)


class TestCart:
    @pytest.mark.parametrize("count,price", [(1, 2.5), (3, 7)])
    def test_sum(self, count, price):
        assert count * price > 0
