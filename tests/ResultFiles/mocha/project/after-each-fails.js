describe('database', () => {
  afterEach(() => { throw new Error('still running'); });
  it('reads', () => {});
  it('writes', () => {});
});
