import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

test('passes', () => {});
test('waits for nothing', () => new Promise(() => {}));
