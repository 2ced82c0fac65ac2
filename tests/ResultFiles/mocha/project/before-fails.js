describe('database', () => {
  before(() => { throw new Error('no database'); });
  it('reads', () => {});
  it('writes', () => {});
});
