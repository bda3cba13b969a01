import { FAULTS } from './faults';
import { HELP, OptionsError, parseOptions } from './options';

describe('the command line of the cluster', () => {
  it('has defaults for everything', () => {
    expect(parseOptions([])).toEqual({
      kind: 'up',
      brokers: 1,
      depot: true,
      seconds: null,
      chargers: 30,
      speed: 60,
      seed: 1,
    });
    expect(parseOptions(['faults'])).toMatchObject({ kind: 'faults', faults: FAULTS, chargers: 300, speed: 15 });
    expect(parseOptions(['e2e', 'session'])).toEqual({ kind: 'e2e', pattern: 'session' });
  });

  it('knows every fault by its name, and tells them in its help', () => {
    for (const fault of FAULTS) {
      expect(parseOptions(['fault', fault.name, '--chargers', '7', '--seconds', '9'])).toMatchObject({
        faults: [fault],
        chargers: 7,
        seconds: 9,
      });
      expect(HELP).toContain(fault.name);
    }
  });

  it.each([
    [['fault', 'flood'], /no fault "flood": kill-services/],
    [['fault'], /Say which fault: kill-services/],
    [['down'], /no command "down"; there are: up/],
    [['up', '--brokers', '2'], /--brokers must be 1 or 3/],
    [['up', '--chargers', 'many'], /--chargers must be a whole number from 1 to 10000, not "many"/],
    [['up', '--nonsense'], /--help lists the options/],
    [['e2e', 'a', 'b'], /"b" is one word too many/],
  ])('%j is answered with a sentence', (argv, sentence) => {
    expect(() => parseOptions(argv)).toThrow(OptionsError);
    expect(() => parseOptions(argv)).toThrow(sentence);
  });
});
