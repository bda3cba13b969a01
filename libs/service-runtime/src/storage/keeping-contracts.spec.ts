import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toBusRecord, TOPIC_SPECS, TOPICS } from '@chargestream/contracts';
import { createLogger, Settings } from '@chargestream/service-kit';
import { openBus } from './open-bus';
import { openStore } from './open-store';

describe('storage with and without VALIDATE_EVENTS', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'contracts-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const wrong = toBusRecord(TOPICS.instances, 'c', { id: '1', type: 'InstanceEntry', source: '/c' }, { odd: true });
  const fact = { id: '5f0c1b9e-7d42-4c1a-9b3e-000000000001', type: 'TokenPut', data: { odd: true }, metadata: {} };

  async function trying(validateEvents: boolean): Promise<{ outcomes: string[]; told: number }> {
    const logger = createLogger({ logLevel: 'silent' });
    const errors = jest.spyOn(logger, 'error');
    const settings = Object.assign(new Settings(), {
      dataDir: path.join(folder, String(validateEvents)),
      validateEvents,
    });
    const bus = await openBus({ service: 'standalone', settings, logger });
    const store = await openStore({ service: 'standalone', settings, logger });
    try {
      await bus.ensureTopics(TOPIC_SPECS);
      const outcomes = await Promise.all(
        [bus.publish([wrong]), bus.publishAtomically('me', [wrong]), store.append('token-x', [fact], 'no-stream')].map(
          async (writing: Promise<unknown>) => {
            try {
              await writing;
              return 'taken';
            } catch (error) {
              return (error as Error).name;
            }
          },
        ),
      );
      return { outcomes, told: errors.mock.calls.length };
    } finally {
      await bus.close();
      await store.close();
    }
  }

  it('refuses, and logs, what is against its contract where it is on', async () => {
    const name = 'ContractViolationError';
    await expect(trying(true)).resolves.toEqual({ outcomes: [name, name, name], told: 3 });
  });

  it('takes it as it is where it is off', async () => {
    await expect(trying(false)).resolves.toEqual({ outcomes: ['taken', 'taken', 'taken'], told: 0 });
  });
});
