import { afterAll, beforeAll, describe, expect, test } from 'vitest';

test('steady', () => {});
test('never lucky', () => expect(1).toBe(2));
