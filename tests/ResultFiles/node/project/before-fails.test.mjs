import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

describe('database', () => {
  before(() => { throw new Error('no database'); });
  it('reads', () => {});
});
test('elsewhere', () => {});
