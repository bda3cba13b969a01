import { TOPICS, type ConnectorStatusEvent, type ConnectorStatusReported } from '@chargestream/contracts';
import { at, event } from '@chargestream/domain/testing';
import { PublisherHarness } from '../testing/published';
import { connectorStatusPublisher } from './connector-status';

let harness: PublisherHarness;
beforeEach(async () => (harness = await PublisherHarness.open()));
afterEach(() => harness.close());

const status = (minute: number, data: Partial<ConnectorStatusReported>) => {
  const full: ConnectorStatusReported = {
    evseId: 1,
    connectorId: 1,
    status: 'Available',
    errorCode: 'NoError',
    info: null,
    vendorId: null,
    vendorErrorCode: null,
    reportedAt: at(minute),
    ...data,
  };
  return event('ConnectorStatusReported', full, { occurredAt: at(minute) });
};

describe('connector status', () => {
  it('shows the newest of each connector in a table', async () => {
    await harness.report(
      status(1, { status: 'Charging' }),
      status(2, { evseId: 2, status: 'Unavailable' }),
      status(3, { status: 'Faulted', errorCode: 'GroundFailure', info: 'wet' }),
      // Late, and older than what is known.
      status(2, { status: 'Preparing' }),
    );
    await harness.publish(connectorStatusPublisher);
    const table = await harness.bus.openTable(TOPICS.connectorStatus);
    const newest = [...table.entries()].map(({ key, value }) => {
      return [key, JSON.parse(String(value)) as ConnectorStatusEvent] as const;
    });
    expect(Object.fromEntries(newest)).toMatchObject({
      'default/CP-1/1/1': {
        type: 'ConnectorStatusChanged',
        chargerId: 'CP-1',
        receivedAt: at(3),
        data: { evseId: 1, status: 'Faulted', availability: 'Faulted', errorCode: 'GroundFailure', reportedAt: at(3) },
      },
      'default/CP-1/2/1': { data: { evseId: 2, status: 'Unavailable', availability: 'Unavailable' } },
    });
    await table.close();
  });

  it.each([
    ['Available', 'Available'],
    ['Preparing', 'Occupied'],
    ['SuspendedEVSE', 'Occupied'],
    ['Occupied', 'Occupied'],
    ['Reserved', 'Reserved'],
    ['constructor', null],
  ])('%s of a charger means %s in the words of all', async (word, availability) => {
    await harness.report(status(1, { status: word }));
    await harness.publish(connectorStatusPublisher);
    const [told] = await harness.events<ConnectorStatusEvent>(TOPICS.connectorStatus);
    expect(told?.data).toMatchObject({ status: word, availability });
  });
});
