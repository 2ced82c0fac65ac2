it('before', () => {});
it('dies', (done) => { process.kill(process.pid, 'SIGKILL'); });
