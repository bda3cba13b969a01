/*
 * Writes libs/contracts/fixtures/stored-VERSION.json, once for each release, by the code of that release:
 *   TS_NODE_PROJECT=tsconfig.base.json node -C @chargestream/source -r @swc-node/register \
 *     apps/core/src/testing/write-stored-fixture.ts 0.2.0
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { storeEveryFact } from './every-fact';
import { Harness } from './harness';
import { readySigner } from './ready-signer';
import { eventsIn, shows, type StoredFixture } from './stored-fixture';

async function main(release: string | undefined): Promise<void> {
  if (!/^\d+\.\d+\.\d+$/.test(release ?? '')) throw new Error('Say of which release, e.g. 0.2.0');
  const file = path.resolve(__dirname, `../../../../libs/contracts/fixtures/stored-${release}.json`);
  if (existsSync(file)) throw new Error(`${file} is there already: what a release has stored never changes`);
  const harness = await Harness.open();
  harness.signer = readySigner;
  await harness.start();
  const repeated = await storeEveryFact(harness);
  const events = await eventsIn(harness.store);
  const fixture: StoredFixture = { release: release!, events, repeated, shows: await shows(harness) };
  writeFileSync(file, `${JSON.stringify(fixture, null, 1)}\n`);
  process.stdout.write(`${events.length} events of ${new Set(events.map(({ type }) => type)).size} types\n`);
  await harness.close();
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
