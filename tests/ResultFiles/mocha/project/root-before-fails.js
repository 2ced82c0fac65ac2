before(() => { throw new Error('no server'); });
it('reads', () => {});
