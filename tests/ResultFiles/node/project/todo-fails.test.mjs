import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

test('runs', () => {});
test('is to be mended', { todo: 'a bug' }, () => { throw new Error('a bug'); });
