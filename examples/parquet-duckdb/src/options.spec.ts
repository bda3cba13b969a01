import { HELP, parseOptions } from './options';

describe('the command line of parquet-duckdb', () => {
  it('wants to be told what to do', () => {
    expect(parseOptions(['load'], { KAFKA_BROKERS: 'a:1,b:2' })).toMatchObject({
      command: 'load',
      brokers: ['a:1', 'b:2'],
      gatherS: 10,
      quietS: null,
    });
    expect(parseOptions(['query', '--time-zone', 'Europe/Berlin'], {})).toMatchObject({ timeZone: 'Europe/Berlin' });
    expect(() => parseOptions([], {})).toThrow('Say what to do: load or query');
    expect(() => parseOptions(['load', '--gather-s', '60'], {})).toThrow('--gather-s takes seconds');
  });

  it('describes each option', () => {
    const { command: _, ...options } = parseOptions(['--help'], {});
    for (const option of Object.keys(options)) {
      expect(HELP).toContain(`--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    }
  });
});
