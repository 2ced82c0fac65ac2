jest.retryTimes(2);
let tries = 0;
test('steady', () => {});
test('second time lucky', () => expect(++tries).toBe(2));
