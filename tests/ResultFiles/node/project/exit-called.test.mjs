import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

test('before', () => {});
test('ends the run', () => process.exit(0));
test('would fail', () => { throw new Error(); });
