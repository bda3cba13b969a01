import type { ConnectorStatusReported } from '@chargestream/contracts';
import { at, context, event } from '../testing/events';
import { given } from '../testing/given-when-then';
import { connectorDecider, type ConnectorCommand } from './connector';

const connector = given(connectorDecider, (command: ConnectorCommand) => context(command.event));
const nothing = { evseId: 1, connectorId: 1, errorCode: 'NoError', info: null, vendorId: null, vendorErrorCode: null };
function status(name: string, minute: number, more: Partial<ConnectorStatusReported> = {}, receivedAt = at(minute)) {
  const data = { ...nothing, status: name, reportedAt: at(minute), ...more };
  return { event: event('ConnectorStatusReported', data, { occurredAt: at(minute), receivedAt }) };
}

describe('a connector', () => {
  it('changes its status', () => {
    const charging = status('Charging', 5);
    connector([status('Preparing', 0)])
      .when(charging)
      .then([{ type: 'ConnectorStatusChanged', data: charging.event.data }]);
  });

  it('does not change by being told the same again', () => {
    connector([status('Charging', 0)])
      .when(status('Charging', 5))
      .thenNothing();
    expect(
      connector([status('Charging', 0)]).when(status('Charging', 5, { errorCode: 'GroundFailure' })).outcome,
    ).toHaveLength(1);
  });

  it('takes a redelivered record once, even between others', () => {
    const first = status('Charging', 0, { reportedAt: null });
    connector([first, status('Available', 0, { reportedAt: null })])
      .when(first)
      .thenNothing();
  });

  it('takes statuses of the same second in the order of their receipt, also when they are redelivered', () => {
    const second = { reportedAt: at(5) };
    const charging = status('Charging', 5, second, '2026-01-01T12:05:00.500Z');
    const before = status('Available', 5, second, '2026-01-01T12:05:00.400Z');
    connector([charging]).when(before).thenNothing();
    const after = status('Available', 5, second, '2026-01-01T12:05:00.600Z');
    expect(connector([charging]).when(after).outcome).toHaveLength(1);
  });

  it('keeps the newest status when older ones are replayed after an offline time', () => {
    connector([status('Available', 60)])
      .when(status('Charging', 10, {}, at(61)))
      .thenNothing();
  });

  it('does not believe a clock far off, and goes by the order of receipt then', () => {
    const in1970 = status('Charging', 5, { reportedAt: '1970-01-01T00:00:09.000Z' });
    expect(connector([status('Available', 0)]).when(in1970).outcome).toHaveLength(1);
    const ahead = status('Charging', 5, { reportedAt: '2099-01-01T00:00:00.000Z' });
    expect(connector([ahead]).when(status('Available', 6)).outcome).toHaveLength(1);
  });
});
