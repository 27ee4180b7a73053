import type { Command } from 'commander';
import type { CommandContext } from '../program.ts';
export function addUpCommand(_p: Command, _c: CommandContext): void {}
