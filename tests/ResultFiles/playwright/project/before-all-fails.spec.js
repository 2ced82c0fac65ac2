const { expect, test } = require('@playwright/test');

test.describe('database', () => {
  test.beforeAll(() => { throw new Error('no database'); });
  test('reads', () => {});
  test('writes', () => {});
});
