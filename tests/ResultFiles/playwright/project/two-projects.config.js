module.exports = { ...require('./playwright.config.js'), projects: [{ name: 'chrome' }, { name: 'firefox' }] };
