import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

test('parent', (t) => { t.test('is not awaited', () => new Promise((resolve) => setTimeout(resolve, 1000))); });
