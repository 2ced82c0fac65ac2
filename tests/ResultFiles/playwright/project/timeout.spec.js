const { expect, test } = require('@playwright/test');

test('never ends', async () => { test.setTimeout(500); await new Promise(() => {}); });
