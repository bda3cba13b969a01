import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { partitionOf } from './partition-of';

describe('The partition of a key', () => {
  it("is the one that Kafka's other clients choose", () => {
    const partitioner = Partitioners.DefaultPartitioner();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 64 }), (key, count) => {
        const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
          partitionErrorCode: 0,
          partitionId,
          leader: 1,
          replicas: [],
          isr: [],
        }));
        const expected = partitioner({ topic: 't', partitionMetadata, message: { key, value: null } });
        expect(partitionOf(key, count)).toBe(expected);
      }),
    );
  });
});
