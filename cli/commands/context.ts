export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** What a command gets from outside. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  /** Takes what the command was asked for. */
  readonly stdout: Output;
  /** Takes what went wrong. */
  readonly stderr: Output;
  setExitCode(code: number): void;
}
