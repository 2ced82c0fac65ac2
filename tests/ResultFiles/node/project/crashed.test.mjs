import assert from 'node:assert';
import { after, before, beforeEach, describe, it, test } from 'node:test';

test('before', () => {});
test('dies', () => { process.kill(process.pid, 'SIGKILL'); return new Promise((resolve) => setTimeout(resolve, 60000)); });
