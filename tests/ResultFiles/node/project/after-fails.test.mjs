import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

describe('database', () => {
  after(() => { throw new Error('still running'); });
  it('reads', () => {});
});
