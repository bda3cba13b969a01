import path from 'node:path';
import { describeWithKafka, startKafka, type KafkaCluster } from '@chargestream/kafka';
import { chargeFor, startChargestream, until, type ChargestreamOnKafka } from '../../testing/src/chargestream-on-kafka';
import { EnergyBook } from './energy-book';
import { follow } from './follow';

describeWithKafka('daily energy of what ChargeStream publishes on Kafka', () => {
  let kafka: KafkaCluster;
  let chargestream: ChargestreamOnKafka;
  /** A midnight that lies back far enough for a whole session around it. */
  const midnightMs = Date.parse(new Date().toISOString().slice(0, 10)) - 24 * 3_600_000;
  const [before, after] = [midnightMs - 1, midnightMs].map((ms) => new Date(ms).toISOString().slice(0, 10)) as [
    string,
    string,
  ];

  beforeAll(async () => {
    kafka = await startKafka();
    chargestream = await startChargestream(kafka.brokers);
  }, 120_000);
  afterAll(async () => {
    await chargestream?.close();
    await kafka?.stop();
  }, 60_000);

  it('adds up, and counts nothing twice when the group begins again', async () => {
    const file = path.join(chargestream.folder, 'daily-energy.db');
    const chargers = [`DE-${Date.now()}-1`, `DE-${Date.now()}-2`];
    const [one, two] = await Promise.all(chargers.map((id) => chargestream.charger(id)));
    await chargeFor(5, one!, midnightMs - 2 * 3_600_000);
    const expected = { [`${chargers[0]} ${before}`]: 2_000, [`${chargers[0]} ${after}`]: 3_000 };

    const book = new EnergyBook({ path: file, timeZone: 'UTC' });
    const found = () =>
      Object.fromEntries(
        book
          .dailyEnergy()
          .filter(({ chargerId }) => chargers.includes(chargerId))
          .map(({ chargerId, day, energyWh }) => [`${chargerId} ${day}`, Math.round(energyWh)]),
      );
    const isFound = (what: object) => () => JSON.stringify(found()) === JSON.stringify(what);
    const stop = await follow({ brokers: kafka.brokers, group: `daily-${Date.now()}`, book });
    await until(isFound(expected));
    await stop();

    // A group without offsets gets everything again, as after a crash before any commit: the book knows it.
    let again = 0;
    let taken = 0;
    const onBatch = (batch: { records: number; taken: number }) => {
      again += batch.records;
      taken += batch.taken;
    };
    const stopAgain = await follow({ brokers: kafka.brokers, group: `again-${Date.now()}`, book, onBatch });
    await until(() => again >= 6);
    await chargeFor(2, two!, midnightMs + 3_600_000);
    await until(isFound({ ...expected, [`${chargers[1]} ${after}`]: 2_000 }));
    expect(found()).toEqual({ ...expected, [`${chargers[1]} ${after}`]: 2_000 });
    expect(taken).toBeLessThan(again);
    await stopAgain();
    book.close();
  }, 120_000);
});
