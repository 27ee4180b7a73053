/**
 * The same bytes in memory of their own. Small buffers are cut from a pool of Node's (64 KiB a piece), and keep all of it
 * alive for as long as they live: what is kept for long must not.
 */
export function ownBytes(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength === bytes.length) return bytes;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}
