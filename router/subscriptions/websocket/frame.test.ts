import { nextFrame } from './frame.ts';

/** What a client reads out of a frame (RFC 6455, section 5.2). */
function read(frame: Buffer): { fin: boolean; opcode: number; text: string } {
  const [first = 0, second = 0] = frame;
  const [length, at] =
    second === 126
      ? [frame.readUInt16BE(2), 4]
      : second === 127
        ? [Number(frame.readBigUInt64BE(2)), 10]
        : [second, 2];
  expect(frame.length).toBe(at + length);
  return { fin: (first & 0x80) !== 0, opcode: first & 0x0f, text: frame.toString('utf8', at) };
}

test.each([0, 60, 90, 91, 92, 200, 65_000, 65_499, 65_500, 65_501, 70_000])(
  'a payload with %d characters is one whole text frame',
  (size) => {
    const payload = { data: { x: 'x'.repeat(size) } };
    const { fin, opcode, text } = read(nextFrame('"id"', Buffer.from(JSON.stringify(payload))));
    expect({ fin, opcode }).toEqual({ fin: true, opcode: 1 });
    expect(JSON.parse(text)).toEqual({ id: 'id', type: 'next', payload });
  },
);

test('lengths are those of bytes, in the id as in the payload', () => {
  const id = 'ü🙂';
  const payload = { data: 'é'.repeat(100) };
  const { text } = read(nextFrame(JSON.stringify(id), Buffer.from(JSON.stringify(payload))));
  expect(JSON.parse(text)).toEqual({ id, type: 'next', payload });
});
