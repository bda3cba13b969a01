export { main, type CliEnvironment } from './cli';
export { OptionError, parseOptions, type CliOptions } from './options';
