import { fixed, percent, table, verdict, whole } from './format';

describe('figures', () => {
  it('separate thousands and show what is missing as a dash', () => {
    expect(whole(82_600.4)).toBe('82,600');
    expect(whole(null)).toBe('–');
    expect(fixed(0.3049, 2)).toBe('0.30');
    expect(fixed(null, 2)).toBe('–');
    expect(percent(0.987)).toBe('99 %');
  });

  it('say plainly whether an aim is met', () => {
    expect(verdict(true)).toBe('met');
    expect(verdict(false)).toBe('not met');
  });
});

describe('table', () => {
  it('aligns numbers to the right and names to the left', () => {
    expect(
      table(
        ['server', 'msg/s'],
        [
          ['raw', '82,600'],
          ['connect', '9'],
        ],
      ),
    ).toBe(['server    msg/s', '-------  ------', 'raw      82,600', 'connect       9'].join('\n'));
  });
});
