module.exports = { ...require('./playwright.config.js'), globalTeardown: './global-teardown.js' };
