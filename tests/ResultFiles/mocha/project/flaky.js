const assert = require('assert');
let tries = 0;
it('steady', () => {});
it('second time lucky', () => assert.strictEqual(++tries, 2));
