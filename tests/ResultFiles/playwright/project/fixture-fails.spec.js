const base = require('@playwright/test');
const test = base.test.extend({ database: async ({}, use) => { await use(1); throw new Error('still running'); } });

test('reads', ({ database }) => {});
