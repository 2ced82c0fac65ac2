const { expect, test } = require('@playwright/test');

test.describe('prices', () => {
  test('are numbers', () => {});
  test('know leap days', () => expect(28).toBe(29));
  test('throw', () => { throw new Error('no stock <&> \u001b[31mred\u001b[0m ]]>'); });
});
