import sys


def test_prints_colours():
    print("\x1b[31mred\x1b[0m nul \0 bell \a \ufffe ]]> <failure/> &#27;")
    sys.stderr.write("\x1b]0;title\x07")
