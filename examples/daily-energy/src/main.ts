import { EnergyBook, type DailyEnergy } from './energy-book';
import { follow } from './follow';
import { HELP, parseOptions } from './options';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options.help) return void process.stdout.write(HELP);
  const { brokers, group, quietS } = options;
  const book = new EnergyBook({ path: options.file, timeZone: options.timeZone });
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const quiet = quietS === null ? null : setTimeout(end, quietS * 1000);
  const stop = await follow({ brokers, group, book, onBatch: () => quiet?.refresh() });
  quiet?.refresh();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
  await ended;
  await stop();
  process.stdout.write(options.json ? jsonLines(book.dailyEnergy()) : table(book.dailyEnergy(), options.timeZone));
  book.close();
}

function jsonLines(lines: readonly DailyEnergy[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function table(lines: readonly DailyEnergy[], timeZone: string): string {
  const rows = lines.map(({ tenantId, chargerId, day, energyWh }) =>
    [day, `${tenantId}/${chargerId}`.padEnd(32), (energyWh / 1000).toFixed(3).padStart(12)].join('  '),
  );
  return [`day (${timeZone})  charger  kWh`, ...rows, ''].join('\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
});
