import { accessSync, constants, writeFileSync, mkdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { durableWriteMs } from './measure/disk';
import { HELP, MICRO_PARTS, OptionsError, parseOptions, SYSTEM_PARTS, type BenchOptions } from './options';
import { BenchError } from './process/child';
import { runCluster } from './run-cluster';
import { runMicro } from './run-micro';
import { runSystem } from './run-system';

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return print(HELP);
  checkFolders(options);
  const machine = await describeMachine(options.dataRoot);
  print(
    `Node ${machine.node} on ${machine.cpuCount} × ${machine.cpu}, load ${machine.loadAverage.toFixed(1)}; ` +
      `a durable 4 KB write in ${options.dataRoot} takes ${machine.durableWriteMs.toFixed(2)} ms`,
  );
  if (machine.loadAverage > 0.8) print('The machine is busy with something else: the figures will be low and uneven.');
  if (options.cluster) {
    const results = await runCluster(options, print);
    if (options.jsonFile !== null)
      writeFileSync(options.jsonFile, `${JSON.stringify({ machine, ...results }, null, 2)}\n`);
    return;
  }
  const system = SYSTEM_PARTS.some((part) => options.parts.has(part)) ? await runSystem(options, print) : null;
  const micro = MICRO_PARTS.some((part) => options.parts.has(part)) ? await runMicro(options, print) : null;
  if (options.jsonFile !== null) {
    const { connections, idleConnections, seconds, warmUpSeconds, probes } = options;
    const settings = { connections, idleConnections, seconds, warmUpSeconds, probes };
    writeFileSync(options.jsonFile, `${JSON.stringify({ machine, settings, system, micro }, null, 2)}\n`);
  }
}

/** Before anything is measured: it is a pity to fail at the end. @throws OptionsError */
function checkFolders(options: BenchOptions): void {
  try {
    accessSync(options.dataRoot, constants.W_OK);
    if (options.profileFolder !== null) mkdirSync(options.profileFolder, { recursive: true });
    if (options.jsonFile !== null) writeFileSync(options.jsonFile, '');
  } catch (error) {
    throw new OptionsError(
      `${(error as Error).message}: --data, --profile and --json need places that can be written.`,
    );
  }
}

async function describeMachine(dataRoot: string) {
  const processors = cpus();
  return {
    node: process.version,
    cpu: processors[0]?.model ?? 'unknown processor',
    cpuCount: processors.length,
    /** Of the last minute, before the bench began. */
    loadAverage: loadavg()[0] ?? 0,
    durableWriteMs: await durableWriteMs(dataRoot),
  };
}

main().catch((error: unknown) => {
  const expected = error instanceof OptionsError || error instanceof BenchError;
  process.stderr.write(`\n${expected ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(1);
});
