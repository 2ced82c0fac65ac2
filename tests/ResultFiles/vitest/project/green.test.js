import { afterAll, beforeAll, describe, expect, test } from 'vitest';

describe('cart', () => {
  test('is empty', () => expect(0).toBe(0));
  test.each(['plain', '<&">', 'Ünï ✓', '\u001b[31m', 'a\nb', ']]>', '\u0000'])('holds %s', (name) => expect(name).toBeTruthy());
});
test('stands alone', () => {});
