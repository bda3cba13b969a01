import path from 'node:path';
import { describeWithKafka, startKafka, type KafkaCluster } from '@chargestream/kafka';
import { chargeFor, startChargestream, until, type ChargestreamOnKafka } from '../../testing/src/chargestream-on-kafka';
import { load } from './load';
import { ParquetFiles } from './parquet-files';
import { chargerDays } from './query';

describeWithKafka('Parquet files of what ChargeStream publishes on Kafka', () => {
  let kafka: KafkaCluster;
  let chargestream: ChargestreamOnKafka;
  const midnightMs = Date.parse(new Date().toISOString().slice(0, 10)) - 24 * 3_600_000;
  const day = new Date(midnightMs).toISOString().slice(0, 10);

  beforeAll(async () => {
    kafka = await startKafka();
    chargestream = await startChargestream(kafka.brokers);
  }, 120_000);
  afterAll(async () => {
    await chargestream?.close();
    await kafka?.stop();
  }, 60_000);

  it('are loaded once, also by a group that begins again', async () => {
    const chargerId = `PQ-${Date.now()}`;
    const charger = await chargestream.charger(chargerId);
    await chargeFor(6, charger, midnightMs + 3_600_000);
    const folder = path.join(chargestream.folder, 'meter-values');
    const files = await ParquetFiles.open(folder);
    let written = 0;
    const onBatch = (batch: { written: number }) => (written += batch.written);
    const options = { brokers: kafka.brokers, files, gatherMs: 50 };
    const stop = await load({ ...options, group: `parquet-${Date.now()}`, onBatch });
    await until(() => written >= 5);
    await stop();
    const lines = async () =>
      (await chargerDays(files.folder, 'UTC')).filter(({ charger: id }) => id.endsWith(chargerId));
    // Five readings from 6 to 10 kWh on the meter: the register grew by 4 between the first and the last.
    const expected = { charger: `default/${chargerId}`, day, sessions: 1, samples: 10, kwh: 4, maxKw: 1 };
    expect(await lines()).toEqual([expected]);

    let again = 0;
    const group = `again-${Date.now()}`;
    const stopAgain = await load({ ...options, group, onBatch: (batch) => (again += batch.records) });
    await until(() => again >= 5);
    await stopAgain();
    expect(await lines()).toEqual([expected]);
    files.close();
  }, 120_000);
});
