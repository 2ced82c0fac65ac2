import { afterAll, beforeAll, describe, expect, test } from 'vitest';

test.skip('one', () => {});
test.skip('two', () => {});
