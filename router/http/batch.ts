import type { FastifyReply } from 'fastify';
import { EaioError } from '../../platform/errors/eaio-error.ts';
import { tooComplex } from '../operations/limits.ts';
import type { RouterAnswer } from '../types.ts';
import { json } from './media-type.ts';
import { type GraphQLRequest, readBody } from './read-request.ts';

/** Several operations in one body, run side by side; the answers come in the order asked, joined as bytes. */
export async function answerBatch(
  body: readonly unknown[],
  maxBatch: number,
  reply: FastifyReply,
  ask: (request: GraphQLRequest) => Promise<RouterAnswer>,
): Promise<FastifyReply> {
  if (body.length === 0) throw new EaioError('BAD_REQUEST', 'The batch is empty.');
  if (body.length > maxBatch) {
    throw tooComplex(`The batch has ${body.length} operations, ${maxBatch} are allowed. Send it in parts.`, {
      operations: body.length,
      maxBatch,
    });
  }
  const answers = await Promise.all(body.map(readBody).map(ask));
  const parts = answers.flatMap((answer, index) => [Buffer.from(index === 0 ? '[' : ','), answer.body]);
  return reply.header('content-type', json).send(Buffer.concat([...parts, Buffer.from(']')]));
}
