import { problemsOf, soakPassed, soakText, type SoakVerdict } from './soak-verdict';

const GOOD: SoakVerdict = {
  ...{ lost: [], doubled: [], wrong: [], unacknowledged: [], complaints: [], crashed: null },
  ...{ acknowledged: 10, sessions: 2, commandCounts: { reserve: 3 }, refused: {} },
  commands: { states: { ACCEPTED: 3 }, open: [], lost: [] },
  growth: { early: 50e6, late: 52e6, earlyRss: 100e6, lateRss: 120e6, share: 0.04 },
};

describe('the verdict of a soak', () => {
  it('is good when nothing is wrong, and tells what was done', () => {
    expect(soakPassed(GOOD)).toBe(true);
    expect(soakText(GOOD)).toContain('PASSED  soak\n  acknowledged 10 messages, 2 sessions\n  commands: 3 reserve');
    expect(soakText(GOOD)).toContain('live 50.0 MB then 52.0 MB (+4.0 %)');
  });

  it.each<[string, Partial<SoakVerdict>]>([
    ['lost', { lost: ['session x'] }],
    ['doubled', { doubled: ['session x'] }],
    ['different from what chargers said', { wrong: ['session x'] }],
    ['given up by chargers', { unacknowledged: ['1 × StopTransaction'] }],
    ['commands without an end', { commands: { ...GOOD.commands, open: ['c is SENT'] } }],
    ['commands lost', { commands: { ...GOOD.commands, lost: ['c'] } }],
    ['crashes', { crashed: 'out of memory' }],
    ['errors logged', { complaints: ['{"level":"error"}'] }],
    ['growth of memory', { growth: { ...GOOD.growth!, share: 0.11 } }],
    ['without substance', { commandCounts: {} }],
    ['without substance', { acknowledged: 0 }],
  ])('is bad for %s', (what, problem) => {
    const verdict = { ...GOOD, ...problem };
    expect(soakPassed(verdict)).toBe(false);
    const found = Object.entries(problemsOf(verdict)).filter(([, list]) => list.length > 0);
    expect(found.map(([name]) => name)).toEqual([what]);
    expect(soakText(verdict)).toContain(`FAILED  soak`);
  });
});
