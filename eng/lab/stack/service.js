// One of three services in a row. It answers once the next one did, /wait/MS after so many milliseconds.
const http = require('http');
const fs = require('fs');

const [version, next] = [process.env.VERSION, process.env.NEXT];
const broken = fs.existsSync('broken');
let [agent, agentUntil] = [null, 0];

function ask(answer, fail) {
  if (!next) return answer(version);
  // Connections are renewed each second, so that none is left to a service that is replaced and told to end.
  if (Date.now() > agentUntil) [agent, agentUntil] = [new http.Agent({ keepAlive: true }), Date.now() + 1000];
  http.get(next, { agent }, reply => {
    let text = '';
    reply.on('data', part => { text += part; });
    reply.on('end', () => answer(text));
  }).on('error', fail);
}

const server = http.createServer((request, response) => {
  if (request.url === '/up') return response.end('up');
  const milliseconds = Number((/^\/wait\/(\d+)$/.exec(request.url) || [])[1] || 0);
  setTimeout(() => ask(
    // A fault that only the public door meets, as only it forwards.
    text => response.end(broken && request.headers['x-forwarded-host'] ? 'lost' : `fine ${text}`),
    why => { response.statusCode = 502; response.end(String(why)); }), milliseconds);
});
// The edge ends idle connections to a service, not the service: one that it closes may just be taken for a request.
server.keepAliveTimeout = 600000;
const sockets = new Set();
server.on('connection', socket => sockets.add(socket) && socket.on('close', () => sockets.delete(socket)));
server.listen(3000);
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  // What is in flight ends. A connection that only waits for more would hold the server open, and so would one that was opened and
  // never used, which Node does not call idle.
  setInterval(() => {
    server.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }, 50);
});
