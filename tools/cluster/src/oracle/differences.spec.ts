import type { ExpectedSession } from '@chargestream/charger-sim';
import { differences } from './differences';
import type { SeenSample, SeenSession } from './sessions';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const sample = (minute: number): SeenSample => ({
  timestamp: at(minute),
  measurand: 'Energy.Active.Import.Register',
  phase: null,
  location: null,
  context: 'Sample.Periodic',
});
const expected: ExpectedSession = {
  chargerId: 'A',
  version: '1.6',
  sessionRef: 'ref',
  transactionId: 7,
  connectorId: 1,
  idToken: 'TAG',
  start: 'acknowledged',
  stop: 'acknowledged',
  startedAt: at(0),
  endedAt: at(3),
  meterStartWh: 100,
  meterStopWh: 400,
  meterValueMessages: 2,
  sampleTimestamps: [at(1), at(2)],
};
const seen: SeenSession = {
  id: 's',
  chargerId: 'A',
  transactionId: '7',
  state: 'ENDED',
  energyWh: 300,
  meterStartWh: 100,
  meterStopWh: 400,
  incomplete: false,
  anomalies: [],
  samples: [sample(1), sample(2)],
};
const none = { lost: [], doubled: [], wrong: [] };

describe('the comparison of the read model with the journal', () => {
  it('finds nothing where all is as it should be', () => {
    expect(differences([expected], [seen])).toEqual(none);
  });

  it.each<[string, SeenSession[], Partial<typeof none> | Record<string, string[]>]>([
    ['a lost session', [], { lost: ['session A 7'] }],
    ['a doubled session', [seen, { ...seen, id: 't' }], { doubled: ['session A 7: 2 times'] }],
    [
      'a session nobody reported',
      [seen, { ...seen, transactionId: '8' }],
      { doubled: ['session A 8: no charger reported it'] },
    ],
    ['a lost sample', [{ ...seen, samples: [sample(1)] }], { lost: ['1 of 2 samples of A 7'] }],
    ['a doubled sample', [{ ...seen, samples: [sample(1), sample(2), sample(2)] }], { doubled: ['1 samples of A 7'] }],
    [
      'a sample nobody reported',
      [{ ...seen, samples: [sample(1), sample(2), sample(3)] }],
      { doubled: ['1 samples of A 7'] },
    ],
    ['a lost end', [{ ...seen, state: 'ACTIVE' }], { lost: ['the end of session A 7 (it is ACTIVE)'] }],
    ['other energy', [{ ...seen, energyWh: 310 }], { wrong: ['A 7: 310 Wh instead of 300'] }],
    ['no energy', [{ ...seen, energyWh: null }], { wrong: ['A 7: null Wh instead of 300'] }],
    ['a hole', [{ ...seen, incomplete: true }], { wrong: ['A 7: incomplete'] }],
  ])('finds %s', (_what, shown, found) => {
    expect(differences([expected], shown)).toEqual({ ...none, ...found });
  });
});
