const assert = require('assert');
describe('prices', () => {
  it('are numbers', () => {});
  it('know leap days', () => assert.strictEqual(28, 29));
  it('throw', () => { throw new Error('no stock <&> \u001b[31mred\u001b[0m ]]>'); });
});
