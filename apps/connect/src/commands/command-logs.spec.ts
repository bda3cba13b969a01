import { Writable } from 'node:stream';
import { createLogger } from '@chargestream/service-kit';
import { Rig } from '../testing/rig';

it('the log follows messages and commands by their correlation ids', async () => {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
  const rig = await Rig.open();
  try {
    await rig.start({}, { logger: createLogger({ logLevel: 'debug' }, destination) });
    const charger = await rig.charger({ protocols: ['ocpp1.6'] });
    await charger.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
    const booted = (await rig.eventsOf('ChargerBooted'))[0]!;
    const handled = { action: 'BootNotification', charger: 'default/CP1', correlationIds: [booted.correlationId] };
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'a message is handled', ...handled }));

    const epoch = (await rig.eventsOf('ConnectionOpened'))[0]?.connectionEpoch ?? -1;
    await rig.command({ commandId: 'c-1', epoch, command: { kind: 'CLEAR_CACHE' } });
    const { messageId } = await charger.called('ClearCache');
    charger.send([3, messageId, { status: 'Accepted' }]);
    const finished = (await rig.eventsOf('CommandFinished'))[0]!;
    const about = { commandId: 'c-1', charger: 'default/CP1', correlationId: finished.correlationId };
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'a command is sent', action: 'ClearCache', ...about }));
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'a command has ended', outcome: 'ACCEPTED', ...about }),
    );
  } finally {
    await rig.close();
  }
});
