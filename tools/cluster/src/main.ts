import { HELP, OptionsError, parseOptions, type ClusterRequest } from './options';
import { runE2e } from './run-e2e';
import { runFault } from './run-fault';
import { runUp } from './run-up';
import { runSoak } from './soak/run-soak';
import { soakPassed, soakText } from './soak/soak-verdict';
import { hasPassed, verdictText } from './verdict';

const print = (text: string) => void process.stdout.write(`${text}\n`);
/** Share of a soak in which caches fill. */
const WARM_UP = 0.3;
const startedMs = Date.now();
const say = (line: string) => print(`${((Date.now() - startedMs) / 1000).toFixed(0).padStart(5)} s  ${line}`);

async function main(): Promise<number> {
  const request = parseOptions(process.argv.slice(2));
  switch (request.kind) {
    case 'help':
      print(HELP);
      return 0;
    case 'up':
      return runUp(request, print);
    case 'e2e':
      return runE2e(request.pattern);
    case 'faults':
      return runFaults(request);
    case 'soak':
      return soak(request);
  }
}

/** `up` stops in order; a fault run that is interrupted has nothing to tell. */
function endWhenInterrupted(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
}

async function soak(request: Extract<ClusterRequest, { kind: 'soak' }>): Promise<number> {
  endWhenInterrupted();
  const verdict = await runSoak({ ...request, warmUpSeconds: request.seconds * WARM_UP, say });
  print(soakText(verdict));
  return soakPassed(verdict) ? 0 : 1;
}

async function runFaults({ faults, ...options }: Extract<ClusterRequest, { kind: 'faults' }>): Promise<number> {
  endWhenInterrupted();
  const failed: string[] = [];
  for (const fault of faults) {
    say(`${fault.name}: ${fault.summary}`);
    try {
      const verdict = await runFault(fault, { ...options, say });
      print(verdictText(verdict));
      if (!hasPassed(verdict)) failed.push(fault.name);
    } catch (error) {
      print(`\nFAILED  ${fault.name}\n  ${(error as Error).stack ?? String(error)}\n`);
      failed.push(fault.name);
    }
  }
  if (faults.length > 1) {
    const passed = faults.length - failed.length;
    print(`${passed} of ${faults.length} fault runs passed${failed.length > 0 ? `; not: ${failed.join(', ')}` : ''}`);
  }
  return failed.length === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(
      `\n${error instanceof OptionsError ? error.message : ((error as Error).stack ?? String(error))}\n`,
    );
    process.exit(1);
  },
);
