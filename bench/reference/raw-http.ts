/** The least that can answer: node:http that sends the same bytes to whoever asks, as soon as it has the whole question. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const { body }: { readonly body: string } = JSON.parse(process.argv[2] ?? '{}');
const bytes = Buffer.from(body);
const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length };

const server = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(200, headers).end(bytes));
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
