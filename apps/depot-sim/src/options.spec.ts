import { OptionError, parseOptions } from './options';

function complaint(...args: string[]): string {
  try {
    parseOptions(args);
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError);
    return (error as Error).message;
  }
  throw new Error(`${args.join(' ')} was accepted`);
}

describe('options', () => {
  it('has defaults for everything', () => {
    expect(parseOptions([])).toEqual({
      kind: 'run',
      options: {
        chargers: 10,
        version: 'mixed',
        url: 'ws://127.0.0.1:9220/ocpp',
        scenario: 'depot',
        speed: 60,
        seed: '1',
        idTokens: ['DEMO-TAG-1', 'DEMO-TAG-2', 'DEMO-TAG-3', 'DEMO-TAG-4', 'DEMO-TAG-5'],
        idPrefix: 'SIM-',
        connectors: 2,
        graceMs: 30_000,
      },
    });
  });

  it('reads them all', () => {
    const line =
      '--chargers 3 --version 2.0.1 --url wss://csms.example/ocpp --scenario burst --duration 1.5 --speed 10 --seed x' +
      ' --id-tag A,B --id-tag C --id-prefix P --connectors 4 --grace 2 --password p --username u --tenant t --journal j';
    expect(parseOptions(line.split(' '))).toEqual({
      kind: 'run',
      options: {
        chargers: 3,
        version: '2.0.1',
        url: 'wss://csms.example/ocpp',
        scenario: 'burst',
        durationS: 1.5,
        speed: 10,
        seed: 'x',
        idTokens: ['A', 'B', 'C'],
        idPrefix: 'P',
        connectors: 4,
        graceMs: 2_000,
        password: 'p',
        username: 'u',
        tenant: 't',
        journal: 'j',
      },
    });
    expect(parseOptions(['--chargers', 'nonsense', '--help'])).toEqual({ kind: 'help' });
  });

  it.each([
    [['--chargers', '0'], '--chargers must be a whole number from 1 to 100000, not "0"'],
    [['--chargers', '2.5'], '--chargers must be a whole number from 1 to 100000, not "2.5"'],
    [['--version', '2.0'], '--version must be one of 1.6, 2.0.1, 2.1, mixed, not "2.0"'],
    [
      ['--scenario', 'dept'],
      '--scenario must be one of depot, idle, commute, offline, burst, soak, reserved-bay, tunnel, stubborn, not "dept"',
    ],
    [['--speed', '0'], '--speed must be a number above 0 in simulated seconds in a real one, e.g. --speed 60, not "0"'],
    [['--duration', ''], '--duration must be a number above 0 in seconds, e.g. --duration 60, not ""'],
    [['--id-tag', 'A,'], '--id-tag must be 1 to 20 characters, several with commas between, not ""'],
    [
      ['--id-tag', 'X'.repeat(21)],
      `--id-tag must be 1 to 20 characters, several with commas between, not "${'X'.repeat(21)}"`,
    ],
  ])('%j is answered with a sentence that says what to write', (args, sentence) => {
    expect(complaint(...args)).toBe(sentence);
  });

  it('explains an address that is none, an unknown option and a stray word', () => {
    expect(complaint('--url', 'http://127.0.0.1:9220/ocpp')).toMatch(
      /^--url must be the server's WebSocket address .* e\.g\. ws:/,
    );
    expect(complaint('--url', 'nowhere')).toMatch(/not "nowhere"$/);
    expect(complaint('--charger', '3')).toMatch(/^There is no option --charger; write one of: --chargers --version/);
    expect(complaint('stray')).toMatch(/stray.*--help lists the options$/);
    expect(complaint('--chargers')).toMatch(/--help lists the options$/);
  });
});

describe('faults on the command line', () => {
  it('are read, and a wrong one is explained', () => {
    const request = parseOptions(['--fault', 'Reset=drop:doing', '--fault', '*=late:100@0.1', '--clock-offset=-3600']);
    expect(request).toMatchObject({
      options: {
        faults: [
          { action: 'Reset', kind: 'drop', doing: true },
          { action: '*', kind: 'late', delayMs: 100, chance: 0.1 },
        ],
        clockOffsetMs: -3_600_000,
      },
    });
    expect(() => parseOptions(['--fault', 'Reset=explode'])).toThrow(/--fault Reset=explode/);
    expect(() => parseOptions(['--clock-offset', 'late'])).toThrow(/--clock-offset/);
  });
});
