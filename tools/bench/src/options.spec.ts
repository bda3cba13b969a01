import { openFilesProblem } from './measure/idle';
import { HELP, OptionsError, parseOptions, PARTS, SYSTEM_PARTS } from './options';

describe('options', () => {
  it('measure the system when nothing is said', () => {
    const options = parseOptions([]);
    expect([...options.parts]).toEqual([...SYSTEM_PARTS]);
    expect(options).toMatchObject({ connections: 100, idleConnections: 10_000, jsonFile: null, profileFolder: null });
  });

  it('take one part, several, or all', () => {
    expect([...parseOptions(['--only', 'codec']).parts]).toEqual(['codec']);
    expect([...parseOptions(['--only', 'connect, idle']).parts]).toEqual(['connect', 'idle']);
    expect([...parseOptions(['--only', 'all']).parts]).toEqual([...PARTS]);
  });

  it.each([
    [['--only', 'kafka'], /raw, connect.*not "kafka"/],
    [['--seconds', '0'], /--seconds takes a whole number from 1/],
    [['--connections', '1e2'], /not "1e2"/],
    [['--fast'], /npm run bench -- --help/],
    [['extra'], /npm run bench -- --help/],
  ])('refuse %j with a sentence', (argv, message) => {
    expect(() => parseOptions(argv)).toThrow(OptionsError);
    expect(() => parseOptions(argv)).toThrow(message);
  });

  it('are all in the help', () => {
    for (const name of [
      'only',
      'connections',
      'idle-connections',
      'seconds',
      'warm-up',
      'probes',
      'json',
      'profile',
      'data',
    ]) {
      expect(HELP).toContain(`--${name} `);
    }
    for (const part of PARTS) expect(HELP).toContain(part);
  });
});

describe('the limit on open files', () => {
  it('is explained when it is too low', () => {
    expect(openFilesProblem(10_000, 1024)).toBe(
      '10000 connections need 10200 open files per process and the limit is 1024: ' +
        'raise it with "ulimit -n 10200" or use --idle-connections 824.',
    );
  });

  it('is no problem otherwise', () => {
    expect(openFilesProblem(10_000, 10_200)).toBeNull();
    expect(openFilesProblem(10_000, 'unlimited')).toBeNull();
  });
});
