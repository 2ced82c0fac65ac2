# No example in here.
