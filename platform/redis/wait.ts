import { withoutPassword } from '../config/show-value.ts';
import { codeOf, messageOf } from '../errors/facts.ts';
import { OperatorError } from '../errors/operator-error.ts';
import { createRedis } from './redis.ts';

/** Answers that waiting does not change: wrong password, no such database, unknown host. */
const hopeless = /^(NOAUTH|WRONGPASS|NOPERM|ERR )/;

/**
 * Resolves when Redis answers.
 * @throws OperatorError when it does not within the deadline, or at once when waiting can't help, with where and why.
 */
export async function waitForRedis(
  url: string,
  { deadlineMs }: { readonly deadlineMs: number },
): Promise<void> {
  let last: unknown;
  const { promise: lost, reject: giveUp } = Promise.withResolvers<never>();
  const redis = createRedis(url, {
    name: 'eaio-wait',
    commandTimeoutMs: deadlineMs,
    options: { maxRetriesPerRequest: null },
    onError: (error) => {
      last = error;
      if (hopeless.test(error.message) || codeOf(error) === 'ENOTFOUND') giveUp(error);
    },
  });
  try {
    await Promise.race([redis.ping(), lost]);
  } catch (cause) {
    throw new OperatorError(
      `Redis at ${withoutPassword(url)} does not answer: ${messageOf(last ?? cause)}. Is REDIS_URL right, and is it running?`,
      { cause },
    );
  } finally {
    redis.disconnect();
  }
}
