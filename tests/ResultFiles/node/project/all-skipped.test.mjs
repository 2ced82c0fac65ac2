import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

test('one', { skip: true }, () => {});
test('two', { skip: true }, () => {});
