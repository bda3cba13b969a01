import { contextOf, handleCall, NOW, NOW_MS } from '../../testing/handling';
import { signCertificate } from './sign-certificate';

const scenario = { version: '1.6' } as const;

describe('1.6 notifications about firmware, logs and security', () => {
  it.each([
    ['FirmwareStatusNotification', { status: 'Downloading' }, 'FirmwareStatusReported', { requestId: null }],
    ['SignedFirmwareStatusNotification', { status: 'InvalidSignature', requestId: 7 }, 'FirmwareStatusReported', {}],
    ['SignedFirmwareStatusNotification', { status: 'Idle' }, 'FirmwareStatusReported', { requestId: null }],
    ['DiagnosticsStatusNotification', { status: 'Uploaded' }, 'LogStatusReported', { source: 'DIAGNOSTICS' }],
    ['LogStatusNotification', { status: 'UploadFailure', requestId: 3 }, 'LogStatusReported', { source: 'LOG' }],
    ['LogStatusNotification', { status: 'Idle' }, 'LogStatusReported', { source: 'LOG', requestId: null }],
  ])('%s %j is answered {} once it is safe', (action, payload, type, more) => {
    const handled = handleCall(scenario, action, payload);
    expect(handled.response).toEqual({});
    expect(handled.receipt).toBe('durable');
    expect(handled.events).toMatchObject([{ type, occurredAt: NOW, data: { ...payload, ...more } }]);
  });

  it('tell two that are alike and come one after the other apart', () => {
    const [first, second] = [0, 1].map((more) =>
      handleCall({ ...scenario, receivedAtMs: NOW_MS + more }, 'FirmwareStatusNotification', { status: 'Idle' }),
    );
    expect(first?.events[0]?.id).not.toBe(second?.events[0]?.id);
  });

  it('security events have the time of the charger, and one id however often they come', () => {
    const payload = { type: 'SettingSystemTime', timestamp: '2026-06-01T10:00:00+02:00', techInfo: 'ntp' };
    const handled = handleCall(scenario, 'SecurityEventNotification', payload);
    expect(handled.events).toMatchObject([
      {
        type: 'SecurityEventReported',
        occurredAt: '2026-06-01T08:00:00.000Z',
        data: { type: 'SettingSystemTime', techInfo: 'ntp', reportedAt: '2026-06-01T08:00:00.000Z' },
      },
    ]);
    const again = handleCall(
      { ...scenario, epoch: 9, receivedAtMs: NOW_MS + 5 },
      'SecurityEventNotification',
      payload,
      'm2',
    );
    expect(again.events[0]?.id).toBe(handled.events[0]?.id);
  });

  it('keep no secret of a security event', () => {
    const payload = { type: 'X', timestamp: NOW, techInfo: 'password=hunter2' };
    expect(JSON.stringify(handleCall(scenario, 'SecurityEventNotification', payload).events)).not.toContain('hunter2');
  });
});

describe('1.6 SignCertificate', () => {
  const csr = '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----';

  it('is accepted, and the request is kept', () => {
    const handled = handleCall(scenario, 'SignCertificate', { csr });
    expect(handled.response).toEqual({ status: 'Accepted' });
    const data = { csr, certificateType: null, requestId: null, answered: 'Accepted' };
    expect(handled.events).toMatchObject([{ type: 'CertificateSigningRequested', data }]);
  });

  it('is rejected where nobody signs', () => {
    const context = { ...contextOf(scenario), signsCertificates: false };
    const handled = signCertificate(context, { messageId: 'm', payload: { csr }, hash: () => 'h' });
    expect(handled).toMatchObject({ response: { status: 'Rejected' }, events: [{ data: { answered: 'Rejected' } }] });
  });
});
