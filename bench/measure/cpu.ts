import { readFileSync } from 'node:fs';

/**
 * Processor seconds that a process has used so far, all threads. It tells what a request costs whatever else runs on the
 * machine, where requests a second tell how much of the machine was left. Undefined where there is no /proc.
 */
export function cpuSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, the program's name in brackets, may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
    return (userTicks + systemTicks) / ticksPerSecond;
  } catch {
    return undefined;
  }
}

/** Linux on every platform that Node runs on. */
const ticksPerSecond = 100;

/** Resident memory in bytes; undefined where there is no /proc. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
