/** What a command gets from outside. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  setExitCode(code: number): void;
}
