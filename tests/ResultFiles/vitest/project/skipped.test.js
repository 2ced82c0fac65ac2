import { afterAll, beforeAll, describe, expect, test } from 'vitest';

test('runs', () => {});
test.skip('waits', () => { throw new Error(); });
test.todo('is to be written');
describe.skip('all of it', () => { test('waits too', () => {}); });
