test('prints', () => { console.log('\u001b[31mred\u001b[0m \u0001 \ufffe'); expect('\u001b[31mred\u0000\ufffe\ud800').toBe('green'); });
