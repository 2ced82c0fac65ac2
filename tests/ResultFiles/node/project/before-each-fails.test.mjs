import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

describe('database', () => {
  beforeEach(() => { throw new Error('no database'); });
  it('reads', () => {});
});
