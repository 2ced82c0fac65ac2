describe('pending', () => {
  it('runs', () => {});
  it('has no body yet');
  it.skip('is skipped', () => { throw new Error(); });
  it('is skipped inside', function () { this.skip(); });
});
describe.skip('all of it', () => { it('waits too', () => {}); });
