import { STREAM_PREFIXES, type MeterSample } from '@chargestream/contracts';
import { idOfStream, type ProjectedEvent, type Projection } from './projection';

/** Samples are facts: each is written once and never changes. */
export const samples: Projection<'samples'> = {
  table: 'samples',
  canHandle: ['SessionStarted', 'SessionUpdated', 'SessionEnded', 'SessionCorrected'],
  appendOnly: true,
  keys: (event) => {
    const prefix = `${idOfStream(event.stream, STREAM_PREFIXES.session)}/${padded(event.revision, 8)}/`;
    return samplesOf(event).map((_, index) => prefix + padded(index, 4));
  },
  evolve(row, event, key) {
    const sample = samplesOf(event)[Number(key.slice(-4))];
    if (sample === undefined) return row;
    return {
      key,
      tenant_id: event.metadata.tenantId,
      session_id: idOfStream(event.stream, STREAM_PREFIXES.session),
      timestamp: sample.timestamp,
      measurand: sample.measurand,
      value: sample.value,
      unit: sample.unit,
      phase: sample.phase,
      location: sample.location,
      context: sample.context,
      raw: sample.raw ?? null,
    };
  },
  changed: () => null,
};

function samplesOf(event: ProjectedEvent): readonly MeterSample[] {
  switch (event.type) {
    case 'SessionStarted':
    case 'SessionUpdated':
    case 'SessionEnded':
    case 'SessionCorrected':
      return event.data.samples.length > MAX_PER_EVENT
        ? event.data.samples.slice(0, MAX_PER_EVENT)
        : event.data.samples;
    default:
      return [];
  }
}

/** As many as four digits of a key tell apart; a frame of 64 KiB holds far fewer. */
const MAX_PER_EVENT = 10_000;

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
