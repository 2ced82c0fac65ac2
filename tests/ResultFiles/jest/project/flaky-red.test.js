jest.retryTimes(2);
test('steady', () => {});
test('never lucky', () => expect(1).toBe(2));
