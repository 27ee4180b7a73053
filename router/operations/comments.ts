import { type ASTNode, type Token, TokenKind } from 'graphql';

/**
 * The comment on the lines directly above a node, without its `#`: what a person says of it.
 * Lines of one paragraph are joined; null when there is none. A blank line cuts a comment off from the node.
 */
export function commentAbove({ loc }: ASTNode): string | null {
  const lines: string[] = [];
  let below: Token | undefined = loc?.startToken;
  for (let token = below?.prev; token && below; token = token.prev) {
    if (token.kind !== TokenKind.COMMENT || token.line !== below.line - 1 || sharesItsLine(token)) break;
    lines.unshift(token.value.trim());
    below = token;
  }
  const text = lines
    .join('\n')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replaceAll('\n', ' ').trim())
    .join('\n\n')
    .trim();
  return text === '' ? null : text;
}

/** A comment behind something belongs to that, not to what comes below. */
function sharesItsLine(token: Token): boolean {
  return token.prev !== null && token.prev.kind !== TokenKind.SOF && token.prev.line === token.line;
}
