const { expect, test } = require('@playwright/test');

test.describe('database', () => {
  test.afterAll(() => { throw new Error('still running'); });
  test('reads', () => {});
  test('writes', () => {});
});
