import type { StoredRecord } from '../port';

/** Lengths of key, headers and value before each record, 4 bytes each; 0 stands for absent, else length + 1. */
const LENGTHS_BYTES = 12;

export interface SegmentRecord {
  key: string;
  headersJson: string | null;
  value: Buffer | null;
}

/** All records that one transaction adds to a topic, in one blob: one row costs less than a hundred. */
export function encodeSegment(records: readonly SegmentRecord[]): Buffer {
  const lengths = records.map(({ key, headersJson, value }) => ({
    key: Buffer.byteLength(key),
    headers: headersJson === null ? 0 : Buffer.byteLength(headersJson),
    value: value?.length ?? 0,
  }));
  const total = lengths.reduce((sum, each) => sum + LENGTHS_BYTES + each.key + each.headers + each.value, 0);
  const blob = Buffer.allocUnsafeSlow(total); // not from the pool: its memory is handed to another thread
  let at = 0;
  records.forEach(({ key, headersJson, value }, index) => {
    const length = lengths[index] as (typeof lengths)[number];
    at = blob.writeUInt32LE(length.key + 1, at);
    at = blob.writeUInt32LE(headersJson === null ? 0 : length.headers + 1, at);
    at = blob.writeUInt32LE(value === null ? 0 : length.value + 1, at);
    at += blob.write(key, at);
    if (headersJson !== null) at += blob.write(headersJson, at);
    if (value !== null) at += value.copy(blob, at);
  });
  return blob;
}

/** The records of a segment whose first has `firstOffset`. Values are views of the blob. */
export function decodeSegment(blob: Buffer, topic: string, firstOffset: number, storedAtMs: number): StoredRecord[] {
  const records: StoredRecord[] = [];
  for (let at = 0; at < blob.length;) {
    const [key, headers, value] = [blob.readUInt32LE(at), blob.readUInt32LE(at + 4), blob.readUInt32LE(at + 8)];
    at += LENGTHS_BYTES;
    const take = (length: number) => blob.subarray(at, (at += Math.max(0, length - 1)));
    const keyText = take(key).toString('utf8');
    const headersText = take(headers).toString('utf8');
    const bytes = take(value);
    records.push({
      topic,
      partition: 0,
      offset: firstOffset + records.length,
      key: keyText,
      value: value === 0 ? null : bytes,
      headers: headers === 0 ? {} : (JSON.parse(headersText) as Record<string, string>),
      storedAtMs,
    });
  }
  return records;
}
