import { afterAll, beforeAll, describe, expect, test } from 'vitest';

describe('database', () => {
  afterAll(() => { throw new Error('still running'); });
  test('reads', () => {});
});
