tries = []


def test_steady():
    pass


def test_second_time_lucky():
    tries.append(1)
    assert len(tries) == 2
