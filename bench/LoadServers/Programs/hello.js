'use strict';
// A "hello" in Node's own modules: over HTTP/1.1, over TLS, and over HTTP/2. Says where, a line for each.
const http = require('http');
const https = require('https');
const http2 = require('http2');

const tls = { key: process.env.HELLO_KEY, cert: process.env.HELLO_CERTIFICATE };
const hello = (request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 5 });
  response.end('hello');
};
const servers = {
  Http11: http.createServer(hello),
  Tls: https.createServer(tls, hello),
  Http2: http2.createSecureServer(tls, hello),
};
for (const [speech, server] of Object.entries(servers)) {
  const scheme = speech === 'Http11' ? 'http' : 'https';
  server.listen(0, '127.0.0.1', () => console.log(`${speech} ${scheme}://127.0.0.1:${server.address().port}/`));
}
