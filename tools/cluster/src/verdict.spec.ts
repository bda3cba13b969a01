import type { FaultVerdict } from './run-fault';
import { hasPassed, verdictText } from './verdict';

const good: FaultVerdict = {
  fault: 'kill-services',
  acknowledged: 1_000,
  sessions: 10,
  samples: 500,
  lost: [],
  doubled: [],
  wrong: [],
  broken: [],
  doubledEvents: [],
  unacknowledged: [],
  commands: { states: { ACCEPTED: 5 }, open: [], lost: [], sent: 5, unconfirmed: 1 },
  recoveries: [{ what: 'core-1', chargingMs: 1_200, shownMs: 3_400 }],
};

describe('the verdict on a fault run', () => {
  it('passes when nothing is missing, and tells the recovery times', () => {
    expect(hasPassed(good)).toBe(true);
    expect(verdictText(good)).toContain('PASSED  kill-services');
    expect(verdictText(good)).toContain('recovery of core-1: charging 1.2 s, shown 3.4 s');
  });

  it.each<[string, Partial<FaultVerdict>]>([
    ['something is lost', { lost: ['session A 1'] }],
    ['something is doubled', { doubled: ['session A 1: 2 times'] }],
    ['a published event came twice', { doubledEvents: ['id: 2 times'] }],
    ['something is different', { wrong: ['A 1: 1 Wh instead of 2'] }],
    ['an order is broken', { broken: ['A 1: seqNo 2 1'] }],
    ['a charger gave up', { unacknowledged: ['1 × StopTransaction'] }],
    ['a command has no end', { commands: { ...good.commands, open: ['id is SENT'] } }],
    ['a command is lost', { commands: { ...good.commands, lost: ['id'] } }],
    ['nothing was acknowledged', { acknowledged: 0 }],
    ['there was no session', { sessions: 0 }],
    ['there was no command', { commands: { ...good.commands, sent: 0, states: {} } }],
  ])('fails when %s', (_what, difference) => {
    const verdict = { ...good, ...difference };
    expect(hasPassed(verdict)).toBe(false);
    expect(verdictText(verdict)).toContain('FAILED  kill-services');
  });
});
