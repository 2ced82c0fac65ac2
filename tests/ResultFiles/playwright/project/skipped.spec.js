const { expect, test } = require('@playwright/test');

test('runs', () => {});
test.skip('waits', () => {});
test('is skipped inside', () => test.skip(true, 'no network'));
test.fixme('is to be mended', () => {});
