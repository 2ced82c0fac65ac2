const { expect, test } = require('@playwright/test');

test('steady', () => {});
test('second time lucky', ({}, info) => expect(info.retry).toBe(1));
