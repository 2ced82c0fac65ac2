import { afterAll, beforeAll, describe, expect, test } from 'vitest';

test('before', () => {});
test('dies', () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}); });
