test('before', () => {});
test('dies', () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}); });
