import sys


def test_prints_colours_and_fails():
    print("\x1b[31mred\x1b[0m nul \0 bell \a \ufffe \uffff")
    sys.stderr.write("\x1b]0;title\x07")
    assert "\x1b[32mgreen" == "\x1b[31mred", "\x00\x1b[31m\x08"
