const { expect, test } = require('@playwright/test');

test.describe('cart', () => {
  test('is empty', () => expect(0).toBe(0));
  for (const name of ['plain', '<&">', 'Ünï ✓', '\u001b[31m', ']]>', 'tagged @slow']) test(`holds ${name}`, () => {});
});
test('stands alone', () => { console.log('\u001b[31mred\u001b[0m \u0001'); });
