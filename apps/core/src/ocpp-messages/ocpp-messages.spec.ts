import { chargerKey, toBusRecord, TOPICS, type OcppMessageEntry } from '@chargestream/contracts';
import { at, CHARGER, TENANT } from '@chargestream/domain/testing';
import { Harness } from '../testing/harness';

const frame: OcppMessageEntry = {
  tenantId: TENANT,
  chargerId: CHARGER,
  connectionId: 'c',
  connectionEpoch: 1,
  ocppVersion: '1.6',
  direction: 'IN',
  messageType: 'CALL',
  action: 'Heartbeat',
  messageId: 'm',
  raw: '[2,"m","Heartbeat",{}]',
  at: at(0),
  valid: true,
  deviations: [],
  commandId: null,
};

it('the message log takes frames, alone and several to a record, tells of them, and parks what is none', async () => {
  const harness = await Harness.open();
  await harness.start();
  const record = (id: string, value: unknown) =>
    toBusRecord(
      TOPICS.ocppMessages,
      chargerKey(TENANT, CHARGER),
      { id, type: 'OcppMessage', source: '/connect' },
      value,
    );
  await harness.bus.publish([
    record('1', frame),
    record('2', [
      { ...frame, messageId: 'n' },
      { ...frame, messageId: 'o' },
    ]),
    record('3', [null]),
  ]);
  await harness.settled();
  const told = harness.updates.flatMap((update) =>
    update.kind === 'changed' && update.entity === 'ocppMessage' ? (update.ids ?? [update.id]) : [],
  );
  expect(told).toHaveLength(3);
  expect(await harness.records(TOPICS.deadLetters)).toHaveLength(1);
  await harness.close();
});
