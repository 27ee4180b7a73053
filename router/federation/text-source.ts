import { readFile, stat } from 'node:fs/promises';

/** A text that may be replaced while we run. */
export interface TextSource {
  read(): Promise<string>;
  /** Calls back after a change, until disposed. Absent: it never changes. */
  watch?(onChange: () => void): Disposable;
}

export const fixedText = (text: string): TextSource => ({ read: async () => text });

/**
 * A file, looked at every `intervalMs` (default 1 s). Looking is what works on every file system and for every way of
 * replacing a file: written over, renamed onto, a link turned (as Kubernetes does with ConfigMaps).
 */
export function fileText(
  path: string | URL,
  { intervalMs = 1_000 }: { readonly intervalMs?: number } = {},
): TextSource {
  return {
    read: () => readFile(path, 'utf8'),
    watch(onChange) {
      let seen: string | undefined;
      const look = async () => {
        const found = await signature(path);
        if (found === undefined || found === seen) return;
        const changed = seen !== undefined;
        seen = found;
        if (changed) onChange();
      };
      void look();
      const timer = setInterval(look, intervalMs);
      timer.unref();
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },
  };
}

/** Undefined while the file is away: the last text stays in service. */
async function signature(path: string | URL): Promise<string | undefined> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino}:${size}:${mtimeMs}`;
  } catch {
    return undefined;
  }
}
