const { expect, test } = require('@playwright/test');

test.skip('one', () => {});
test.skip('two', () => {});
