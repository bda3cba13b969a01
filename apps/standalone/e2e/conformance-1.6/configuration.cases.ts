import { casesIn } from './cases';

const { cases, define } = casesIn('configuration.cases.ts');
export const configurationCases = cases;

const CONFIGURATION = `query ($id: ID!) { charger(id: $id) { configuration { key value readonly } } }`;
const HEARTBEAT = { key: 'HeartbeatInterval', readonly: false, value: '300' };
const PROFILES = { key: 'SupportedFeatureProfiles', readonly: true, value: 'Core' };

define('019_1', '§5.8', async (bench, id) => {
  const charger = await bench.charger(id);
  // No key at all asks for all of them.
  const answer = { configurationKey: [HEARTBEAT, PROFILES], unknownKey: [] };
  await bench.command(charger, 'getConfiguration', {}, { wire: '{}', answer });
  const configuration = expect.arrayContaining([HEARTBEAT, PROFILES]);
  await bench.shows(CONFIGURATION, { id }, { charger: { configuration } });
});

define('019_2', '§5.8', async (bench, id) => {
  const charger = await bench.charger(id);
  const keys = ['SupportedFeatureProfiles', 'NoSuchKey'];
  const answer = { configurationKey: [PROFILES], unknownKey: ['NoSuchKey'] };
  await bench.command(charger, 'getConfiguration', { keys }, { wire: JSON.stringify({ key: keys }), answer });
  await bench.shows(CONFIGURATION, { id }, { charger: { configuration: [PROFILES] } });
});

const set = (key: string, value: string) => ({ entries: [{ key, value }] });

define('021', '§5.3 Accepted, §5.8', async (bench, id) => {
  const charger = await bench.charger(id);
  const wire = '{"key":"MeterValueSampleInterval","value":"30"}';
  await bench.command(charger, 'setConfiguration', set('MeterValueSampleInterval', '30'), { wire });
  const sampling = { key: 'MeterValueSampleInterval', readonly: false, value: '30' };
  const answer = { configurationKey: [sampling] };
  const asked = { keys: [sampling.key] };
  await bench.command(charger, 'getConfiguration', asked, { wire: '{"key":["MeterValueSampleInterval"]}', answer });
  await bench.shows(CONFIGURATION, { id }, { charger: { configuration: [sampling] } });
});

function refused(number: string, key: string, value: string, status: string): void {
  define(number, `§5.3 ${status}`, async (bench, id) => {
    const charger = await bench.charger(id);
    const expected = { wire: JSON.stringify({ key, value }), answer: { status }, state: 'REJECTED' };
    await bench.command(charger, 'setConfiguration', set(key, value), expected);
    const { charger: shown } = await bench.shows<{ charger: { configuration: { key: string; value: string }[] } }>(
      CONFIGURATION,
      { id },
      {},
    );
    expect(shown.configuration).not.toContainEqual(expect.objectContaining({ key, value }));
  });
}

refused('040_1', 'NoSuchKey', '1', 'NotSupported');
refused('040_2', 'MeterValueSampleInterval', '-1', 'Rejected');
