it('before', () => {});
it('ends the run', () => process.exit(0));
it('would fail', () => { throw new Error(); });
