import './no-such-file-here.mjs';
