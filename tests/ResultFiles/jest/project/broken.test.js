require('./no-such-file-here');
test('never', () => {});
