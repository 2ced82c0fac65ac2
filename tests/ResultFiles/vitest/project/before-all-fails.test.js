import { afterAll, beforeAll, describe, expect, test } from 'vitest';

describe('database', () => {
  beforeAll(() => { throw new Error('no database'); });
  test('reads', () => {});
  test('writes', () => {});
});
test('elsewhere', () => {});
