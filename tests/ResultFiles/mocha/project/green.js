const assert = require('assert');
describe('cart', () => {
  it('is empty', () => assert.strictEqual(0, 0));
  for (const name of ['plain', '<&">', 'Ünï ✓', '\u001b[31m', ']]>', '\u0001']) it(`holds ${name}`, () => {});
  describe('inside', () => { it('is nested', () => {}); });
});
it('stands alone', () => {});
