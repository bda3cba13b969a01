import type { BenchOptions } from './options';

export async function runMicro(_options: BenchOptions, _print: (text: string) => void): Promise<null> {
  return null;
}
