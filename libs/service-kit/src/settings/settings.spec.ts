import { ENVIRONMENT, loadSettings, misspelledVariables, Settings, SettingsError, type ServiceName } from './index';

function problemsOf(environment: Record<string, string>, service?: ServiceName): readonly string[] {
  try {
    loadSettings(environment, service);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  throw new Error('the settings were accepted');
}

describe('settings', () => {
  it('has defaults for everything, on loopback, and a variable for each', () => {
    expect(loadSettings({})).toEqual(new Settings());
    expect(Object.keys(ENVIRONMENT).sort()).toEqual(Object.keys(new Settings()).sort());
    expect(loadSettings({}).ocppHost).toBe('127.0.0.1');
  });

  it('reads numbers, flags and words, and takes empty as absent', () => {
    const settings = loadSettings({ OCPP_PORT: '0', OCPP_COMPRESSION: 'true', REGISTRATION: 'manual', API_PORT: '' });
    expect(settings).toMatchObject({ ocppPort: 0, ocppCompression: true, registration: 'manual', apiPort: 4000 });
  });

  it('validates events without being told where somebody develops', () => {
    expect(loadSettings({ NODE_ENV: 'development' }).validateEvents).toBe(true);
    expect(loadSettings({ NODE_ENV: 'development', VALIDATE_EVENTS: 'false' }).validateEvents).toBe(false);
    expect(loadSettings({ NODE_ENV: 'production', VALIDATE_EVENTS: 'true' }).validateEvents).toBe(true);
    expect(loadSettings({ NODE_ENV: 'production' }).validateEvents).toBe(false);
  });

  it.each([
    [{ OCPP_PORT: '99999' }, 'OCPP_PORT must be a port'],
    [{ OCPP_PORT: 'abc' }, 'it is "abc"'],
    [{ REGISTRATION: 'maybe' }, 'REGISTRATION must be one of auto, manual'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of'],
    [{ OCPP_COMPRESSION: 'yes' }, 'OCPP_COMPRESSION must be true or false'],
    [{ INSTANCE_ID: 'a b' }, 'INSTANCE_ID must be'],
    [{ HEARTBEAT_INTERVAL_S: '1.5' }, 'HEARTBEAT_INTERVAL_S must be a whole number of seconds'],
  ])('refuses %j with a sentence that says what to write', (environment, sentence) => {
    expect(problemsOf(environment as Record<string, string>).join('\n')).toContain(sentence);
  });

  it('names every problem at once', () => {
    expect(problemsOf({ OCPP_PORT: 'x', AUTH: 'maybe' })).toHaveLength(2);
  });

  it('does not open the API to the outside without credentials', () => {
    expect(problemsOf({ API_HOST: '0.0.0.0' })[0]).toContain('AUTH is none');
    expect(problemsOf({ AUTH: 'apikey' })[0]).toContain('API_KEYS');
    expect(problemsOf({ AUTH: 'jwt' })[0]).toContain('JWT_SECRET');
    expect(loadSettings({ API_HOST: '0.0.0.0', AUTH: 'jwt', JWT_SECRET: 'x'.repeat(32) }).auth).toBe('jwt');
  });

  it('does not print secrets', () => {
    expect(problemsOf({ API_KEYS: 'alice:hunter2' }).join()).not.toContain('hunter2');
  });

  it('notices variables that are nearly settings, and no others', () => {
    expect(
      misspelledVariables({ OCPP_PROT: '1', DATADIR: 'x', OCPP_PORT: '1', PATH: '/bin', HOME: '/', EDITOR: 'vi' }),
    ).toEqual([
      'OCPP_PROT is set but is no setting: did you mean OCPP_PORT?',
      'DATADIR is set but is no setting: did you mean DATA_DIR?',
    ]);
  });
});
