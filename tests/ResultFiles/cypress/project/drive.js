// Sends the reporter the events that Cypress sends: before:run, after:spec with the tests of a spec, after:run with the sums.
const { GenerateCtrfReport } = require('cypress-ctrf-json-reporter');

const test = (title, state, attempts = 1) => ({
  title, state, duration: 5, displayError: state === 'failed' ? 'Error: no stock <&> \u001b[31mred' : null,
  attempts: Array.from({ length: attempts }, (_, at) => ({ state: at + 1 < attempts ? 'failed' : state })),
});
const specs = {
  green: [test(['cart', 'is empty'], 'passed'), test(['cart', 'odd <&"> ✓ \u001b[31m'], 'passed')],
  red: [test(['prices', 'are numbers'], 'passed'), test(['prices', 'know leap days'], 'failed')],
  pending: [test(['pending', 'runs'], 'passed'), test(['pending', 'waits'], 'pending', 0)],
  'hook-fails': [test(['database', '"before each" hook for "reads"'], 'failed'), test(['database', 'writes'], 'skipped', 0)],
  flaky: [test(['steady'], 'passed'), test(['second time lucky'], 'passed', 2)],
  'all-pending': [test(['one'], 'pending', 0), test(['two'], 'pending', 0)],
  'no-tests': [],
};
const tests = specs[process.argv[2]];
const handlers = {};
new GenerateCtrfReport({ on: (name, handler) => { handlers[name] = handler; } });
handlers['before:run']({ browser: { name: 'electron', version: '130' } });
handlers['after:spec']({}, { tests, spec: { relative: 'cypress/e2e/shop.cy.js' }, screenshots: [] });
const count = (state) => tests.filter((one) => one.state === state).length;
handlers['after:run']({ totalTests: tests.length, totalPassed: count('passed'), totalFailed: count('failed'), totalPending: count('pending'), totalSkipped: count('skipped') });
