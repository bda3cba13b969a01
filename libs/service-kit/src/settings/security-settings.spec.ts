import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { filesOf, loadSettings, SettingsError, type ServiceName } from './index';

function problemsOf(environment: Record<string, string>, service: ServiceName = 'standalone'): readonly string[] {
  try {
    loadSettings(environment, service);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('TLS for chargers', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'security-'));
    const args =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -subj /CN=x';
    execFileSync('openssl', args.split(' '), { cwd: folder, stdio: 'ignore' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const files = () => {
    const [certificate, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
    return { OCPP_TLS_CERT_FILE: certificate, OCPP_TLS_KEY_FILE: key };
  };

  it('takes a certificate with its key, or several', () => {
    expect(problemsOf(files())).toEqual([]);
    const { OCPP_TLS_CERT_FILE: certificate, OCPP_TLS_KEY_FILE: key } = files();
    const two = { OCPP_TLS_CERT_FILE: `${certificate}, ${certificate}`, OCPP_TLS_KEY_FILE: `${key},${key}` };
    expect(problemsOf(two)).toEqual([]);
    expect(filesOf(two.OCPP_TLS_CERT_FILE)).toEqual([certificate, certificate]);
    expect(problemsOf({ ...two, OCPP_TLS_KEY_FILE: key })[0]).toContain('belong together');
  });

  it.each([
    [{ OCPP_TLS_CERT_FILE: '/nowhere.pem', OCPP_TLS_KEY_FILE: '/nowhere.pem' }, 'cannot be read (ENOENT)'],
    [{ OCPP_TLS_CERT_FILE: '/nowhere.pem' }, 'belong together'],
    [{ OCPP_TLS_CLIENT_CA_FILE: '/nowhere.pem' }, 'OCPP_TLS_CLIENT_CA_FILE is for TLS'],
    [{ OCPP_MIN_SECURITY_PROFILE: '2' }, 'lets nobody in without TLS'],
    [{ OCPP_MIN_SECURITY_PROFILE: '3', OCPP_BEHIND_TLS: 'true' }, 'lets nobody in without TLS'],
    [{ OCPP_MIN_SECURITY_PROFILE: '4' }, 'OCPP_MIN_SECURITY_PROFILE must be'],
  ])('refuses %j', (environment, sentence) => {
    expect(problemsOf(environment as Record<string, string>).join('\n')).toContain(sentence);
    expect(
      problemsOf(
        {
          KAFKA_BROKERS: 'k:1',
          EVENTSTORE_URL: 'esdb://e:1',
          DATABASE_URL: 'postgresql://d/c',
          ...(environment as object),
        },
        'core',
      ).join(),
    ).not.toContain('lets nobody in');
  });

  it('counts a proxy in front as TLS, but not for certificates', () => {
    expect(problemsOf({ OCPP_MIN_SECURITY_PROFILE: '2', OCPP_BEHIND_TLS: 'true' })).toEqual([]);
    expect(problemsOf({ ...files(), OCPP_MIN_SECURITY_PROFILE: '3' })[0]).toContain('needs OCPP_TLS_CLIENT_CA_FILE');
    expect(problemsOf({ ...files(), OCPP_PORT: '1', OCPP_TLS_PORT: '1' })[0]).toContain('a port each');
  });
});

describe('the signer', () => {
  const core = { KAFKA_BROKERS: 'k:1', EVENTSTORE_URL: 'esdb://e:1', DATABASE_URL: 'postgresql://d/c' };
  it('needs to be told where', () => {
    expect(problemsOf({ CERTIFICATE_SIGNER: 'http' })[0]).toContain('needs CERTIFICATE_URL');
    expect(problemsOf({ CERTIFICATE_SIGNER: 'embedded' })).toEqual([]);
    expect(problemsOf({ ...core, CERTIFICATE_SIGNER: 'embedded' }, 'core')[0]).toContain('all cores share');
    expect(problemsOf({ ...core, CERTIFICATE_SIGNER: 'embedded', CERTIFICATE_DIR: '/ca' }, 'core')).toEqual([]);
    expect(problemsOf({ CERTIFICATE_SIGNER: 'http', CERTIFICATE_URL: 'ftp://x' })[0]).toContain(
      'CERTIFICATE_URL must be',
    );
  });

  it('does not show its token', () => {
    const problems = problemsOf({ CERTIFICATE_TOKEN: 'hunter2', CERTIFICATE_SIGNER: 'http' }).join();
    expect(problems).not.toContain('hunter2');
  });
});
