// Shows how many parcels are sorted. The count comes from Redis.
'use strict';
const http = require('node:http');
const net = require('node:net');

const [host, port] = process.env.BROKER.split(':');

/** Sends one command to Redis and resolves with the lines of its answer. */
function broker(...words) {
  return new Promise((resolve, reject) => {
    const connection = net.connect(Number(port), host, () => {
      connection.write(`*${words.length}\r\n` + words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join(''));
    });
    connection.setTimeout(5000, () => connection.destroy(new Error('the broker does not answer')));
    connection.once('data', (data) => {
      connection.end();
      resolve(data.toString().split('\r\n'));
    });
    connection.once('error', reject);
  });
}

const server = http.createServer(async (request, response) => {
  try {
    if (request.url !== '/') {
      response.writeHead(404).end('no such page\n');
      return;
    }
    const [, count] = await broker('GET', 'sorted');
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><title>Board</title><h1>Parcels sorted: ${Number(count) || 0}</h1>\n`);
  } catch (failure) {
    response.writeHead(503).end(`${failure.message}\n`);
  }
});

process.on('SIGTERM', () => server.close(() => process.exit(0)));
server.listen(Number(process.env.PORT || 3000));
