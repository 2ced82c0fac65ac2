describe('prices', () => {
  test('are numbers', () => {});
  test('know leap days', () => expect(28).toBe(29));
  test('throw', () => { throw new Error('no stock <&> \u001b[31mred\u001b[0m ]]>'); });
  test.each([1, 2])('same name', (n) => expect(n).toBe(1));
});
