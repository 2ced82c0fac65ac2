import { afterAll, beforeAll, describe, expect, test } from 'vitest';

test('before', () => {});
test('ends the run', () => process.exit(0));
test('would fail', () => { throw new Error(); });
