import { once } from 'node:events';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { createTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { within } from './wait.ts';

let echo: Server;
let proxy: TcpProxy;

beforeEach(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  proxy = await createTcpProxy({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});

afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  echo.close();
});

async function client(): Promise<Socket> {
  const socket = dial(proxy.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const said = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0]);

test('bytes pass both ways', async () => {
  const socket = await client();
  socket.write('hello');
  expect(await said(socket)).toBe('hello');
  socket.end();
  await once(socket, 'close');
});

test('a delay keeps the order', async () => {
  proxy.delay(20);
  const socket = await client();
  let all = '';
  socket.on('data', (chunk: Buffer) => {
    all += chunk.toString();
  });
  for (const part of ['a', 'b', 'c']) socket.write(part);
  socket.end();
  await once(socket, 'end');
  expect(all).toBe('abc');
});

test('a silent proxy holds what is sent, and passes it when it speaks', async () => {
  const socket = await client();
  proxy.silence();
  socket.write('held');
  const answer = said(socket);
  await expect(within(answer, { what: 'an answer', deadlineMs: 50 })).rejects.toThrow('in vain');
  proxy.speak();
  expect(await answer).toBe('held');
  socket.destroy();
});

test('a reset reaches the client as one', async () => {
  const socket = await client();
  socket.write('x');
  await said(socket);
  const failed = once(socket, 'error').catch((error: unknown) => [error]);
  proxy.reset();
  expect(await failed).toEqual([expect.objectContaining({ code: 'ECONNRESET' })]);
});

test('a proxy that refuses accepts again on the same port', async () => {
  await proxy.refuse();
  await expect(client()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await proxy.accept();
  const socket = await client();
  socket.write('back');
  expect(await said(socket)).toBe('back');
  socket.destroy();
});

test('a target that is gone resets the client', async () => {
  await new Promise((resolve) => echo.close(resolve));
  const socket = dial(proxy.port, '127.0.0.1');
  const [error] = await once(socket, 'error').catch((thrown: unknown) => [thrown]);
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

test('the end of a connection can be late', async () => {
  proxy.delayClose(30);
  const socket = await client();
  socket.end('bye');
  expect(await said(socket)).toBe('bye');
  await once(socket, 'end');
});

test('an address keeps all but host and port', () => {
  expect(proxy.through('postgresql://me:pw@db:5432/name?x=1')).toBe(
    `postgresql://me:pw@127.0.0.1:${proxy.port}/name?x=1`,
  );
});
