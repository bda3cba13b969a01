import { load } from './load';
import { HELP, parseOptions, type Options } from './options';
import { ParquetFiles } from './parquet-files';
import { chargerDays, type ChargerDay } from './query';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options.help) return void process.stdout.write(HELP);
  if (options.command === 'load') return loadUntilStopped(options);
  const lines = await chargerDays(options.folder, options.timeZone);
  if (lines.length === 0) process.stderr.write(`There is nothing in ${options.folder}: load it first\n`);
  process.stdout.write(options.json ? lines.map((line) => `${JSON.stringify(line)}\n`).join('') : table(lines));
}

async function loadUntilStopped({ folder, brokers, group, gatherS, quietS }: Options): Promise<void> {
  const files = await ParquetFiles.open(folder);
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
  const quiet = quietS === null ? null : setTimeout(end, quietS * 1000);
  let total = 0;
  const onBatch = ({ written }: { written: number }) => {
    total += written;
    quiet?.refresh();
  };
  const stop = await load({ brokers, group, files, gatherMs: gatherS * 1000, onBatch });
  quiet?.refresh();
  await ended;
  await stop();
  files.close();
  process.stdout.write(`${total} records written to ${folder}\n`);
}

function table(lines: readonly ChargerDay[]): string {
  const number = (value: number | null) => (value === null ? '–' : value.toFixed(3)).padStart(10);
  const rows = lines.map(
    ({ charger, day, sessions, kwh, maxKw }) =>
      `${charger.padEnd(32)}  ${day}  ${String(sessions).padStart(8)}  ${number(kwh)}  ${number(maxKw)}`,
  );
  return [`${'charger'.padEnd(32)}  day         sessions         kWh      max kW`, ...rows, ''].join('\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
