import unittest


def test_each_currency(subtests):
    for currency in ["EUR", "DOLLAR"]:
        with subtests.test(msg=currency):
            assert len(currency) == 3


class Prices(unittest.TestCase):
    def test_each_price(self):
        for price in range(3):
            with self.subTest(price=price):
                self.assertLess(price, 2)


def test_other():
    pass
