import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';
export function addDemoCommand(program: Command, _context: CommandContext): void {
  program.command('demo');
}
