test('runs', () => {});
test.todo('is to be written');
