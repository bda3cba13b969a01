export { HELP, parseCommand, UsageError, type Command } from './arguments';
export { EXIT, runCommand, type CommandContext } from './run-command';
