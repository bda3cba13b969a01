import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadSettings, SettingsError, type ServiceName } from './index';

const KAFKA = { KAFKA_BROKERS: 'kafka-1:9092, kafka-2:9092' };
const CORE = {
  ...KAFKA,
  EVENTSTORE_URL: 'esdb+discover://store:2113',
  DATABASE_URL: 'postgresql://u:hunter2@db/chargestream',
};

function problemsOf(service: ServiceName, environment: Record<string, string>): readonly string[] {
  try {
    loadSettings(environment, service);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('what a service needs', () => {
  it.each([
    ['connect', KAFKA],
    ['core', CORE],
    ['api', { ...KAFKA, DATABASE_URL: CORE.DATABASE_URL }],
    ['standalone', {}],
  ] as const)('%s starts with %j and names each variable that is missing', (service, environment) => {
    expect(problemsOf(service, environment)).toEqual([]);
    for (const name of Object.keys(environment)) {
      const problems = problemsOf(service, { ...environment, [name]: '' });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(new RegExp(`^${service} needs ${name}: .*e\\.g\\. ${name}=.*npm start`));
    }
  });

  it('does not ask connect for what api needs', () => {
    expect(problemsOf('connect', { ...KAFKA, API_HOST: '0.0.0.0' })).toEqual([]);
    expect(problemsOf('api', { ...CORE, API_HOST: '0.0.0.0' })[0]).toContain('AUTH is none');
  });

  it('names each service by itself', () => {
    expect(loadSettings(CORE, 'core').instanceId).toBe('core-1');
    expect(loadSettings({ ...CORE, INSTANCE_ID: 'b' }, 'core').instanceId).toBe('b');
    expect(loadSettings({}).instanceId).toBe('connect-1');
  });
});

describe('contradictions', () => {
  it.each([
    [{ KAFKA_BROKERS: 'kafka' }, 'KAFKA_BROKERS must be host:port'],
    [{ KAFKA_BROKERS: '', KAFKA_TLS: 'true' }, 'KAFKA_BROKERS does not say where it is'],
    [{ KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_USERNAME: 'u' }, 'needs KAFKA_PASSWORD'],
    [{ KAFKA_USERNAME: 'u' }, 'KAFKA_SASL_MECHANISM is none'],
    [{ KAFKA_SASL_MECHANISM: 'plain', KAFKA_USERNAME: 'u', KAFKA_PASSWORD: 'p' }, 'in the clear'],
    [{ KAFKA_SASL_MECHANISM: 'oauthbearer', KAFKA_TLS: 'true' }, 'needs KAFKA_OAUTH_TOKEN_URL'],
    [{ KAFKA_SASL_MECHANISM: 'gssapi' }, 'KAFKA_SASL_MECHANISM must be one of'],
    [{ EVENTSTORE_URL: 'http://store' }, 'EVENTSTORE_URL must be an address that begins with esdb://'],
    [{ EVENTSTORE_USERNAME: 'admin' }, 'EVENTSTORE_USERNAME and EVENTSTORE_PASSWORD belong together'],
    [{ DATABASE_URL: 'mysql://db' }, 'DATABASE_URL must be an address that begins with postgresql://'],
    [{ INSTANCE_GONE_MS: '2000' }, 'at least twice INSTANCE_HEARTBEAT_MS'],
    [{ OTEL_TRACES_SAMPLER_ARG: '2' }, 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1'],
  ])('%j is answered with a sentence', (environment, sentence) => {
    expect(problemsOf('standalone', { ...CORE, ...environment } as Record<string, string>).join('\n')).toContain(
      sentence,
    );
  });

  it('never shows a secret', () => {
    const secret = { DATABASE_URL: 'mysql://u:hunter2@db', EVENTSTORE_URL: 'http://u:hunter2@store' };
    expect(problemsOf('core', { ...CORE, ...secret })).toHaveLength(2);
    expect(problemsOf('core', { ...CORE, ...secret }).join()).not.toContain('hunter2');
  });

  it('lets the secret of the token endpoint cross the network only by TLS', () => {
    const oauth = {
      ...KAFKA,
      KAFKA_TLS: 'true',
      KAFKA_SASL_MECHANISM: 'oauthbearer',
      KAFKA_OAUTH_CLIENT_ID: 'id',
      KAFKA_OAUTH_CLIENT_SECRET: 'secret',
    };
    const at = (url: string) => problemsOf('connect', { ...oauth, KAFKA_OAUTH_TOKEN_URL: url });
    expect(at('https://login.example.org/token')).toEqual([]);
    expect(at('http://127.0.0.1:8080/token')).toEqual([]);
    expect(at('http://login.example.org/token')[0]).toContain('must begin with https://');
  });
});

describe('files of certificates', () => {
  let folder: string;
  const file = (name: string) => path.join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'settings-'));
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=test'],
        ...['-keyout', file('key.pem'), '-out', file('cert.pem')],
      ],
      { stdio: 'ignore' },
    );
    writeFileSync(file('cut.pem'), '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const tls = (more: Record<string, string>) => problemsOf('connect', { ...KAFKA, KAFKA_TLS: 'true', ...more });

  it('are accepted when they are what they should be', () => {
    const files = { KAFKA_CA_FILE: 'cert.pem', KAFKA_CERT_FILE: 'cert.pem', KAFKA_KEY_FILE: 'key.pem' };
    expect(tls(Object.fromEntries(Object.entries(files).map(([name, value]) => [name, file(value)])))).toEqual([]);
  });

  it('are named when they are not', () => {
    expect(tls({ KAFKA_CA_FILE: file('none.pem') })[0]).toContain('cannot be read (ENOENT)');
    expect(tls({ KAFKA_CA_FILE: file('key.pem') })[0]).toContain('must hold certificates in PEM');
    expect(tls({ KAFKA_CERT_FILE: file('cert.pem') })[0]).toContain('belong together');
    expect(tls({ KAFKA_CA_FILE: file('cut.pem') })[0]).toContain('what is in it cannot be read');
    expect(tls({ KAFKA_CA_FILE: file('cut.pem') })[0]).not.toContain('hunter2');
    expect(tls({ KAFKA_TLS: 'false', KAFKA_CA_FILE: file('cert.pem') })[0]).toContain('set KAFKA_TLS=true');
  });
});
