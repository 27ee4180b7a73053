import { ownBytes } from './own-bytes.ts';

test('a piece of a larger memory is copied out of it', () => {
  const piece = Buffer.from('some text');
  expect(piece.buffer.byteLength).toBeGreaterThan(piece.length);
  const own = ownBytes(piece);
  expect(own.toString()).toBe('some text');
  expect(own.buffer.byteLength).toBe(own.length);
});

test('what has its memory for itself is left as it is', () => {
  const own = Buffer.allocUnsafeSlow(10);
  expect(ownBytes(own)).toBe(own);
});
