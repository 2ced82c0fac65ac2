const { expect, test } = require('@playwright/test');

test('before', () => {});
test('dies', async () => { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); });
test('after', () => {});
