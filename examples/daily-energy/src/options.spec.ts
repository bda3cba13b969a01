import { HELP, parseOptions } from './options';

describe('the command line of daily-energy', () => {
  it('has defaults, and takes the brokers from the environment', () => {
    expect(parseOptions([], {})).toMatchObject({ brokers: ['127.0.0.1:9092'], timeZone: 'UTC', quietS: null });
    expect(parseOptions([], { KAFKA_BROKERS: 'a:1, b:2' }).brokers).toEqual(['a:1', 'b:2']);
  });

  it('describes each option', () => {
    for (const option of Object.keys(parseOptions(['--quiet-s', '2'], {}))) {
      expect(HELP).toContain(`--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    }
  });

  it('says what is wrong', () => {
    expect(() => parseOptions(['--quiet-s', 'no'], {})).toThrow('--quiet-s takes a number of seconds');
    expect(() => parseOptions(['--nonsense'], {})).toThrow('--nonsense');
  });
});
