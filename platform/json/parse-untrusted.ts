import { EaioError } from '../errors/eaio-error.ts';
import { messageOf } from '../errors/facts.ts';

const maxDepth = 64;

/**
 * JSON from outside: refused when it nests deeper than anything of ours does (what walks it may recurse), and when a key
 * could reach into prototypes. @throws EaioError BAD_REQUEST
 */
export function parseUntrusted(text: string): unknown {
  if (depthOf(text) > maxDepth)
    throw new EaioError('BAD_REQUEST', `The body nests deeper than ${maxDepth} levels.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new EaioError('BAD_REQUEST', `The body is not JSON: ${messageOf(error)}`);
  }
  if (mayPollute.test(text) && pollutes(value))
    throw new EaioError('BAD_REQUEST', 'The body has a key "__proto__" or "constructor.prototype".');
  return value;
}

/** The words as such, or a letter of theirs written as an escape: then the parsed value is looked through. */
const mayPollute = /__proto__|prototype|\\u00[57]/i;

function pollutes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  const made: unknown = Object.hasOwn(value, 'constructor') ? Reflect.get(value, 'constructor') : undefined;
  if (typeof made === 'object' && made !== null && Object.hasOwn(made, 'prototype')) return true;
  return Object.values(value).some(pollutes);
}

const [quote, backslash, openList, openObject, closeList, closeObject] = [34, 92, 91, 123, 93, 125];

/** Brackets within brackets, those in strings left out; exact for well-formed text, which is all that it must be. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === backslash) at += 1;
      else if (code === quote) quoted = false;
    } else if (code === quote) quoted = true;
    else if (code === openList || code === openObject) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (code === closeList || code === closeObject) depth -= 1;
  }
  return deepest;
}
