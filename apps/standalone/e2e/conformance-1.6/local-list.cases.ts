import type { Bench, CommandExpectation } from './bench';
import { casesIn } from './cases';
import type { WireCharger } from './wire-charger';

const { cases, define } = casesIn('local-list.cases.ts');
export const localListCases = cases;

const LIST = `query ($id: ID!) { charger(id: $id) {
  localListVersion localList { supported contentKnown refusal entries { idToken status } } } }`;
const entry = (idTag: string) => ({ idTag, idTagInfo: { status: 'Accepted' } });
const full = { listVersion: 1, localAuthorizationList: [entry('A'), entry('B')], updateType: 'Full' };

const sendFull = (bench: Bench, charger: WireCharger, more: Partial<CommandExpectation> = {}) =>
  bench.command(
    charger,
    'sendLocalList',
    { entries: [{ idToken: 'A' }, { idToken: 'B' }] },
    { wire: JSON.stringify(full), ...more },
  );
const version = (bench: Bench, charger: WireCharger, listVersion: number) =>
  bench.command(charger, 'getLocalListVersion', {}, { wire: '{}', answer: { listVersion } });

function versions(number: string, listVersion: number, shown: object): void {
  define(number, `§5.10 ${listVersion}`, async (bench, id) => {
    const charger = await bench.charger(id);
    await version(bench, charger, listVersion);
    await bench.shows(LIST, { id }, { charger: { localListVersion: listVersion, localList: shown } });
  });
}

versions('042_1', -1, { supported: false });
versions('042_2', 0, { supported: true, contentKnown: true, entries: [] });

function refused(number: string, status: string, shown: object): void {
  define(number, `§5.15 ${status}`, async (bench, id) => {
    const charger = await bench.charger(id);
    await sendFull(bench, charger, { answer: { status }, state: 'REJECTED' });
    await bench.shows(LIST, { id }, { charger: { localList: { refusal: status, ...shown } } });
  });
}

refused('043_1', 'NotSupported', { supported: false, entries: [] });
refused('043_3', 'Failed', { contentKnown: false });

const entries = (...tokens: string[]) => tokens.map((idToken) => ({ idToken, status: 'ACCEPTED' }));

define('043_4', '§5.15 Full, §5.10', async (bench, id) => {
  const charger = await bench.charger(id);
  await sendFull(bench, charger);
  await bench.shows(LIST, { id }, { charger: { localListVersion: 1, localList: { entries: entries('A', 'B') } } });
  await version(bench, charger, 1);
});

define('043_5', '§5.15 Differential, §5.10', async (bench, id) => {
  const charger = await bench.charger(id);
  await sendFull(bench, charger);
  await bench.shows(LIST, { id }, { charger: { localListVersion: 1 } });
  // §6.41: without idTagInfo the entry is removed.
  const change = { listVersion: 2, localAuthorizationList: [entry('C'), { idTag: 'A' }], updateType: 'Differential' };
  const input = { updateType: 'DIFFERENTIAL', entries: [{ idToken: 'C' }], remove: ['A'] };
  await bench.command(charger, 'sendLocalList', input, { wire: JSON.stringify(change) });
  await bench.shows(LIST, { id }, { charger: { localListVersion: 2, localList: { entries: entries('B', 'C') } } });
  await version(bench, charger, 2);
});
