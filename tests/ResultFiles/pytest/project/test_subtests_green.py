import unittest


def test_each_currency(subtests):
    for currency in ["EUR", "USD"]:
        with subtests.test(msg=currency):
            assert len(currency) == 3


class Prices(unittest.TestCase):
    def test_each_price(self):
        for price in range(3):
            with self.subTest(price=price):
                self.assertGreaterEqual(price, 0)
