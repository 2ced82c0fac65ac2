describe('database', () => {
  afterAll(() => { throw new Error('still running'); });
  test('reads', () => {});
});
