describe('database', () => {
  beforeEach(() => { throw new Error('no database'); });
  it('reads', () => {});
  it('writes', () => {});
});
