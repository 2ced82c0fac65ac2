test.only('is chosen', () => {});
test('is left out', () => { throw new Error(); });
