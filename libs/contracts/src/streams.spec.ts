import { chargerStream, connectorStream, tokenStream } from './streams';

describe('stream names', () => {
  it('keep ids with dots and slashes apart', () => {
    expect(chargerStream('a.b', 'c')).not.toBe(chargerStream('a', 'b.c'));
    expect(chargerStream('a', 'b/c')).toBe('charger-a.b%2Fc');
    expect(connectorStream('t', 'c.1', 2, 3)).toBe('connector-t.c%2E1.2.3');
  });

  it('do not reveal the token and ignore its case', () => {
    expect(tokenStream('t', 'DEADBEEF')).not.toContain('DEADBEEF');
    expect(tokenStream('t', 'DEADBEEF')).toBe(tokenStream('t', 'deadbeef'));
  });
});
