test('before', () => {});
test('ends the run', () => process.exit(0));
test('would fail', () => { throw new Error(); });
