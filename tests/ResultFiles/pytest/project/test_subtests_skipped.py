import pytest


def test_each_currency(subtests):
    for currency in ["EUR", "USD"]:
        with subtests.test(msg=currency):
            if currency == "USD":
                pytest.skip("no dollars")


def test_other():
    pass
