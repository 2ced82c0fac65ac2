test('runs', () => {});
test.skip('waits', () => { throw new Error(); });
describe.skip('all of it', () => { test('waits too', () => {}); });
