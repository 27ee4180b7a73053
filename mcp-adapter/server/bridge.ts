import type { AuthInfo, McpHttpHandler } from '@modelcontextprotocol/server';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * A request of Fastify's through the SDK's web-standard face and back. The SDK's own Node adapter writes the parsed body out
 * again for a `Request` that nobody reads, and sends every answer as a stream; here the parsed body is handed over as it
 * is, and an answer that is one JSON text goes out in one piece.
 */
export async function serveByFetch(
  handler: Pick<McpHttpHandler, 'fetch'>,
  request: FastifyRequest,
  reply: FastifyReply,
  authInfo: AuthInfo,
): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  const hungUp = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) hungUp.abort();
  });
  const { body } = request;
  const web = new Request(`http://${request.headers.host ?? 'localhost'}${request.url}`, {
    method: request.method,
    headers: protocolHeaders(request.headers),
    signal: hungUp.signal,
  });
  const response = await handler.fetch(web, {
    authInfo,
    ...(body === undefined || body === null ? {} : { parsedBody: body }),
  });
  const headers = Object.fromEntries(response.headers);
  if (!headers['content-type']?.startsWith('text/event-stream')) {
    const bytes = Buffer.from(await response.arrayBuffer());
    raw.writeHead(response.status, { ...headers, 'content-length': bytes.length }).end(bytes);
    return;
  }
  raw.writeHead(response.status, headers);
  await pipe(response.body, raw, hungUp.signal);
}

/** What the protocol reads of a request's headers. */
function protocolHeaders(headers: FastifyRequest['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && (name.startsWith('mcp-') || others.has(name)) ? [[name, value]] : [],
  );
}

const others: ReadonlySet<string> = new Set(['accept', 'content-type', 'host', 'last-event-id', 'origin']);

/** Waits for a slow client, and no longer than it stays. */
async function pipe(
  source: ReadableStream<Uint8Array> | null,
  target: FastifyReply['raw'],
  gone: AbortSignal,
): Promise<void> {
  const reader = source?.getReader();
  const leave = () => void reader?.cancel().catch(() => undefined);
  gone.addEventListener('abort', leave, { once: true });
  try {
    for (;;) {
      const step = await reader?.read();
      if (!step || step.done || gone.aborted) break;
      if (!target.write(step.value)) await drained(target, gone);
    }
  } catch {
    // The SDK tears a stream down with an error when its exchange is closed.
  } finally {
    gone.removeEventListener('abort', leave);
    target.end();
  }
}

function drained(target: FastifyReply['raw'], gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      target.off('drain', done);
      gone.removeEventListener('abort', done);
      resolve();
    };
    target.once('drain', done);
    gone.addEventListener('abort', done, { once: true });
  });
}
