/**
 * As much of Protocol Buffers' wire format as a trace needs: numbers (varint, wire type 0), and texts and messages
 * (length-delimited, wire type 2). Zeros are written too: within a `oneof` a zero is a value.
 */
export const numberField = (field: number, value: number): readonly Buffer[] => [
  varint(field << 3),
  varint(value),
];

export const textField = (field: number, value: string): readonly Buffer[] =>
  messageField(field, [Buffer.from(value)]);

/** @param parts the encoded fields of the message. */
export function messageField(field: number, parts: readonly Buffer[]): readonly Buffer[] {
  const bytes = Buffer.concat(parts);
  return [varint((field << 3) | 2), varint(bytes.length), bytes];
}

/** Seven bits a byte, lowest first; the eighth says that more follow. By division: nanoseconds outgrow 32 bits. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}
