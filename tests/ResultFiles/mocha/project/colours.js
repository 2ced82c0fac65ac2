const assert = require('assert');
it('prints', () => { console.log('\u001b[31mred\u001b[0m \u0001 \ufffe'); assert.strictEqual('\u001b[31mred\u0000\ufffe', 'green'); });
