export interface Place {
  readonly file: string;
  /** From 1; 0 when the fault concerns the file as a whole. */
  readonly line: number;
  readonly column: number;
}

/** Something wrong in what people write (SDL, operations), told so that they can mend it. */
export interface Fault {
  /** A word for machines, for example INVALID_FIELD_SHARING. */
  readonly code: string;
  readonly message: string;
  /** Every place that has part in it; the first is the one to look at. */
  readonly places: readonly Place[];
  /** What to change. */
  readonly mend: string;
}

/** The faults as a person reads them: `file:line:column  message (CODE)`, and the mend below. */
export function describeFaults(faults: readonly Fault[]): string {
  return faults
    .map(({ code, message, places, mend }) => {
      const [first, ...others] = places.map(describePlace);
      const also = others.length > 0 ? `\n  also at ${others.join(', ')}` : '';
      return `${first ?? 'all subgraphs'}  ${message} (${code})${also}\n  mend: ${mend}`;
    })
    .join('\n');
}

const describePlace = ({ file, line, column }: Place) => (line > 0 ? `${file}:${line}:${column}` : file);
