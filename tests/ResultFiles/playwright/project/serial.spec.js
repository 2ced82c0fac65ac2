const { expect, test } = require('@playwright/test');

test.describe.configure({ mode: 'serial' });
test('first', () => {});
test('second', () => { throw new Error('no stock'); });
test('third', () => {});
