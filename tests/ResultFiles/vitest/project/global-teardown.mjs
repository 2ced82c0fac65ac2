export function teardown() { throw new Error('the server did not stop'); }
