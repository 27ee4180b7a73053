import type { ServerContext } from '@modelcontextprotocol/server';

/**
 * Tells of a call that carries a progress token when it begins and when it has its answer: 0 and 1 of 1. A GraphQL
 * operation has no finer measure, and none is made up; a client sees that the call was taken, and may start its clock anew.
 */
export async function withProgress<T>(ctx: ServerContext, name: string, work: () => Promise<T>): Promise<T> {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return work();
  const tell = (progress: 0 | 1, message: string) =>
    ctx.mcpReq.notify({
      method: 'notifications/progress',
      params: { progressToken, progress, total: 1, message },
    });
  await tell(0, `${name} is being answered.`);
  const result = await work();
  await tell(1, `${name} is answered.`);
  return result;
}
