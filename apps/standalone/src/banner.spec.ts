import { banner, hostForUrl } from './banner';

describe('the banner', () => {
  it('says where to connect a charger and where GraphiQL is', () => {
    const text = banner({
      ocppUrl: 'ws://127.0.0.1:9220/ocpp',
      ocppTlsUrl: 'wss://127.0.0.1:9223/ocpp',
      graphqlUrl: 'http://127.0.0.1:4000/graphql',
      dataFolder: '/somewhere/data',
      graphiql: true,
    });
    expect(text).toContain('ws://127.0.0.1:9220/ocpp/{chargerId}');
    expect(text).toContain('wss://127.0.0.1:9223/ocpp/{chargerId}');
    expect(text).toContain('http://127.0.0.1:4000/graphql   (open it in a browser for GraphiQL)');
    expect(text).toContain('/somewhere/data');
  });

  it('writes hosts as URLs want them', () => {
    expect(hostForUrl('::1')).toBe('[::1]');
    expect(hostForUrl('0.0.0.0')).toBe('localhost');
    expect(hostForUrl('127.0.0.1')).toBe('127.0.0.1');
  });
});
