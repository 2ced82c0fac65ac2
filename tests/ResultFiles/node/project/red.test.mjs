import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

describe('prices', () => {
  it('are numbers', () => {});
  it('know leap days', () => assert.strictEqual(28, 29));
  it('throw', () => { throw new Error('no stock <&> \u001b[31mred\u001b[0m'); });
});
test('has parts', async (t) => {
  await t.test('one', () => {});
  await t.test('two', () => assert.ok(false));
});
