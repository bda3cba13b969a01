import { HELP, OptionsError, parseOptions } from './options';

describe('the command line of standalone', () => {
  it('has defaults', () => {
    expect(parseOptions([])).toEqual({ help: false, demo: false, demoChargers: 6 });
  });

  it('takes what --help names', () => {
    expect(parseOptions(['--demo', '--demo-chargers', '12', '--help'])).toEqual({
      help: true,
      demo: true,
      demoChargers: 12,
    });
    for (const option of HELP.match(/--[a-z-]+/g) ?? []) {
      const argument = option === '--demo-chargers' ? [option, '3'] : [option];
      expect(() => parseOptions(argument)).not.toThrow();
    }
  });

  it.each([[['--demos']], [['--demo-chargers', 'many']], [['--demo-chargers', '0']], [['surplus']]])(
    'refuses %j and says what to write',
    (argv) => {
      expect(() => parseOptions(argv)).toThrow(OptionsError);
      expect(() => parseOptions(argv)).toThrow(/npm start --/);
    },
  );
});
