describe('database', () => {
  after(() => { throw new Error('still running'); });
  it('reads', () => {});
  it('writes', () => {});
});
