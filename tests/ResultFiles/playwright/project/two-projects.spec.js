const { expect, test } = require('@playwright/test');

test('is the same in each', ({}, info) => expect(info.project.name).toBe('chrome'));
