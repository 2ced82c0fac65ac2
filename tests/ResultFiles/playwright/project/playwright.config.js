module.exports = {
  workers: 2, timeout: 20000,
  reporter: [['line'], ['junit', { outputFile: 'junit.xml' }], ['playwright-ctrf-json-reporter', {}]],
};
