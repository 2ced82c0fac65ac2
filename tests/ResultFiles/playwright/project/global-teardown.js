module.exports = () => { throw new Error('the server did not stop'); };
