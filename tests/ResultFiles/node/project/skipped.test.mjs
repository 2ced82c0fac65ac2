import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

test('runs', () => {});
test('waits', { skip: true }, () => { throw new Error(); });
test('waits for a reason', { skip: 'no network' }, () => {});
test('is skipped inside', (t) => t.skip('no printer'));
test('is to be written', { todo: true });
describe('all of it', { skip: true }, () => { it('waits too', () => {}); });
