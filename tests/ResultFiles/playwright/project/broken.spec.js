require('./no-such-file-here');
