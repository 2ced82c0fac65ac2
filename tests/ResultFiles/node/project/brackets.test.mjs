import { test } from 'node:test';

test('says brackets', () => { throw new Error(']]>'); });
