import { afterAll, beforeAll, describe, expect, test } from 'vitest';

test('passes', () => { setTimeout(() => { throw new Error('nobody waited for this'); }, 0); });
test('passes too', () => new Promise((resolve) => setTimeout(resolve, 50)));
