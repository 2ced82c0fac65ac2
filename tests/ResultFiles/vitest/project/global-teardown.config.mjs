export default { test: { globalSetup: './global-teardown.mjs' } };
