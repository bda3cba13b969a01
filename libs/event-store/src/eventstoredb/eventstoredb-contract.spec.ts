import { startEventStoreDouble } from '@chargestream/eventstore-double';
import { describeEventStoreContract } from '../testing';
import { openEventStoreDb } from './event-store-db';

const given = process.env['EVENTSTORE_URL'];

// Without EVENTSTORE_URL against the double, which speaks the protocol as this project reads it: it is no proof about a real server.
describeEventStoreContract(
  given ? 'EventStoreDB at EVENTSTORE_URL' : 'the adapter for EventStoreDB, against the double',
  async () => {
    if (given) return { open: () => openEventStoreDb({ url: given }), dispose: () => Promise.resolve() };
    const double = await startEventStoreDouble();
    return { open: () => openEventStoreDb({ url: double.url }), dispose: () => double.stop() };
  },
  { persistent: true },
);
