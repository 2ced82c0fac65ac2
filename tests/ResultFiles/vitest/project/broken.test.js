import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import './no-such-file-here.js';
