import { MESSAGES } from '@chargestream/ocpp';
import { DrivenDepot } from '../testing/driven-depot';
import { COMMANDS_16 } from './commands';
import { CONFIGURATION_KEYS, isAllowed } from './configuration-keys';

describe('commands and configuration of a 1.6 charger', () => {
  let depot: DrivenDepot;
  beforeEach(() => void (depot = new DrivenDepot()));
  afterEach(() => depot.close());

  const set = (key: string, value: string) =>
    depot.command('ChangeConfiguration', { key, value }).then(({ status }) => status);
  const valueOf = async (key: string) => {
    const { configurationKey } = await depot.command('GetConfiguration', { key: [key] });
    return (configurationKey as { value: string }[])[0]!.value;
  };

  it('has an answer by state for every command, and keys whose defaults their own types allow', async () => {
    await depot.open();
    const commands = MESSAGES.filter(({ version, direction }) => version === '1.6' && direction !== 'CS->CSMS');
    expect(Object.keys(COMMANDS_16).sort()).toEqual(commands.map(({ action }) => action).sort());
    const wrong = Object.entries(CONFIGURATION_KEYS).filter(([, key]) => !isAllowed(key, key.value));
    expect(wrong).toEqual([]);
  });

  it('takes values by type, and some only after a reboot', async () => {
    await depot.open();
    expect(await set('LocalPreAuthorize', 'perhaps')).toBe('Rejected');
    expect(await set('LocalPreAuthorize', 'TRUE')).toBe('Accepted');
    expect(await set('LightIntensity', '101')).toBe('Rejected');
    expect(await set('MeterValuesSampledData', 'SoC,Nonsense')).toBe('Rejected');
    expect(await set('NumberOfConnectors', '5')).toBe('Rejected');
    expect(await set('Unheard', '5')).toBe('NotSupported');
    expect(await set('WebSocketPingInterval', '30')).toBe('RebootRequired');
    expect(await valueOf('WebSocketPingInterval')).toBe('0');
    await depot.command('Reset', { type: 'Soft' });
    await depot.until(() => depot.sent('BootNotification').length === 2 && depot.charger.charger.isOnline);
    expect(await valueOf('WebSocketPingInterval')).toBe('30');
  });

  it('schedules a change of availability for the end of the transaction', async () => {
    const charger = await depot.open();
    await charger.start(1, 'TAG');
    expect(await depot.command('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })).toEqual({
      status: 'Scheduled',
    });
    await charger.stop(1);
    await depot.until(() => depot.statuses('StatusNotification').at(-1) === 'Unavailable');
    expect(await charger.start(1, 'TAG')).toEqual({ kind: 'occupied' });
  });

  it('unlocks as its hardware does, and knows the vendors it was given', async () => {
    const charger = await depot.open();
    expect(await depot.command('UnlockConnector', { connectorId: 9 })).toEqual({ status: 'NotSupported' });
    charger.equipment.unlocking = 'UnlockFailed';
    expect(await depot.command('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'UnlockFailed' });
    expect(await depot.command('DataTransfer', { vendorId: 'acme' })).toEqual({ status: 'UnknownVendorId' });
    charger.equipment.vendors.set('acme', ({ data }) => ({ status: 'Accepted', data: `${String(data)}!` }));
    expect(await depot.command('DataTransfer', { vendorId: 'acme', data: 'hi' })).toEqual({
      status: 'Accepted',
      data: 'hi!',
    });
  });
});
