import type { ProtocolVersion } from '@chargestream/contracts';
import { handleCall, NOW } from '../../testing/handling';

describe.each<ProtocolVersion>(['2.0.1', '2.1'])(
  'OCPP %s notifications about firmware, logs and security',
  (version) => {
    it.each([
      ['FirmwareStatusNotification', { status: 'Downloading', requestId: 7 }, 'FirmwareStatusReported', {}],
      ['FirmwareStatusNotification', { status: 'Idle' }, 'FirmwareStatusReported', { requestId: null }],
      ['LogStatusNotification', { status: 'UploadFailure', requestId: 3 }, 'LogStatusReported', { source: 'LOG' }],
      ['LogStatusNotification', { status: 'Idle' }, 'LogStatusReported', { source: 'LOG', requestId: null }],
    ])('%s %j is answered {} once it is safe', (action, payload, type, more) => {
      const handled = handleCall({ version }, action, payload);
      expect(handled.response).toEqual({});
      expect(handled.receipt).toBe('durable');
      expect(handled.events).toMatchObject([{ type, occurredAt: NOW, data: { ...payload, ...more } }]);
    });

    it('SecurityEventNotification has the time of the charger, and keeps no secret', () => {
      const payload = { type: 'FirmwareUpdated', timestamp: '2026-06-01T10:00:00+02:00', techInfo: 'password=hunter2' };
      const handled = handleCall({ version }, 'SecurityEventNotification', payload);
      expect(handled.response).toEqual({});
      expect(handled.events).toMatchObject([
        {
          type: 'SecurityEventReported',
          occurredAt: '2026-06-01T08:00:00.000Z',
          data: { type: 'FirmwareUpdated', reportedAt: '2026-06-01T08:00:00.000Z' },
        },
      ]);
      expect(JSON.stringify(handled.events)).not.toContain('hunter2');
    });
  },
);
