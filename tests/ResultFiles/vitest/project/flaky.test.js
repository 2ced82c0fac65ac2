import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let tries = 0;
test('steady', () => {});
test('second time lucky', () => expect(++tries).toBe(2));
