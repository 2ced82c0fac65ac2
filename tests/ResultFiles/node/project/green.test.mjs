import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

describe('cart', () => {
  it('is empty', () => assert.strictEqual(0, 0));
  for (const name of ['plain', '<&">', 'Ünï ✓', '\u001b[31m', ']]>', '\u0001']) it(`holds ${name}`, () => {});
  describe('inside', () => { it('is nested', () => {}); });
});
test('stands alone', () => {});
test('has parts', async (t) => {
  await t.test('one', () => {});
  await t.test('two', () => {});
});
