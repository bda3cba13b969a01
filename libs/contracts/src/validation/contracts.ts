import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { DATA_SCHEMAS } from '../data-schemas';
import { SNAPSHOT_PREFIX } from '../streams';
import { TOPICS } from '../topics';
import { factVersion } from '../upcasters';
import { withoutRoom } from './without-room';

/** Where the generated schemas lie in a checkout and in the images; the same from `src` and from `dist`. */
export const SCHEMAS_FOLDER = path.resolve(__dirname, '../../../../schemas/events');

const INBOX = 'csms.inbox.';
const METADATA = 'urn:chargestream:stored:StoredMetadata:1';

/** What a producer wrote is not what it promised. */
export class ContractViolationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Against the contract: ${problems.join('; ')}`);
    this.name = 'ContractViolationError';
  }
}

/** A record as it is about to be published. */
export interface CheckedRecord {
  topic: string;
  value: Buffer | null;
  headers?: Record<string, string>;
}

/** An event as it is about to be appended. */
export interface CheckedFact {
  type: string;
  data: unknown;
  metadata: unknown;
}

/** Checks records and facts against their schemas, more strictly than consumers may: a field that is not in them is a mistake. */
export interface Contracts {
  /** What is wrong with a value, a sentence each. */
  problems(schemaId: string, value: unknown): string[];
  problemsOfRecord(record: CheckedRecord): string[];
  problemsOfFact(stream: string, fact: CheckedFact): string[];
}

/**
 * Schemas are read and compiled when they are first needed.
 * @throws Error when the folder is not there
 */
export function openContracts(folder = SCHEMAS_FOLDER): Contracts {
  if (!existsSync(folder)) {
    throw new Error(`There are no schemas in ${folder}: run npm run contracts, or set VALIDATE_EVENTS=false`);
  }
  return new AjvContracts(folder);
}

class AjvContracts implements Contracts {
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(private readonly folder: string) {}

  problems(schemaId: string, value: unknown): string[] {
    const validate = this.validatorOf(schemaId);
    if (validate === null) return [`${schemaId} has no schema: run npm run contracts`];
    if (validate(value)) return [];
    const errors = (validate.errors ?? []).slice(0, 5);
    return errors.map(({ instancePath, message, params }) => {
      const field = 'additionalProperty' in params ? ` (${String(params.additionalProperty)})` : '';
      return `${schemaId}${instancePath} ${message ?? 'is wrong'}${field}`;
    });
  }

  problemsOfRecord({ topic, value, headers = {} }: CheckedRecord): string[] {
    // Both hold the bytes of somebody else, wrong ones perhaps.
    if (topic === TOPICS.deadLetters || headers.dead_letter_replay !== undefined) return [];
    const type = headers.ce_type ?? 'without ce_type';
    const schemaId = headers.ce_dataschema;
    if (schemaId === undefined || DATA_SCHEMAS[type] !== schemaId || topicOf(schemaId) !== topicGroup(topic)) {
      return [`a record ${type} on ${topic} has the ce_dataschema ${schemaId ?? '(none)'}: publish it by toBusRecord`];
    }
    return value === null ? [] : this.problems(schemaId, JSON.parse(value.toString('utf8')) as unknown);
  }

  problemsOfFact(stream: string, { type, data, metadata }: CheckedFact): string[] {
    if (stream.startsWith(SNAPSHOT_PREFIX)) return [];
    const schemaId = `urn:chargestream:stored:${type}:${factVersion(type)}`;
    // As it will be read again: what JSON leaves out is not there.
    const stored = JSON.parse(JSON.stringify({ fact: { type, data }, metadata })) as {
      fact: unknown;
      metadata: unknown;
    };
    return [...this.problems(schemaId, stored.fact), ...this.problems(METADATA, stored.metadata)];
  }

  private validatorOf(schemaId: string): ValidateFunction | null {
    const known = this.compiled.get(schemaId);
    if (known) return known;
    const [, , group, name] = schemaId.split(':') as [string, string, string, string];
    const file = path.join(this.folder, group, `${name}.json`);
    if (!existsSync(file)) return null;
    const validate = this.ajv.compile(withoutRoom(JSON.parse(readFileSync(file, 'utf8'))));
    this.compiled.set(schemaId, validate);
    return validate;
  }
}

function topicOf(schemaId: string): string {
  return schemaId.split(':')[2] ?? '';
}

/** `csms.session-events.v1` has the schemas of `session-events`. */
function topicGroup(topic: string): string {
  return topic.startsWith(INBOX) ? 'inbox' : (topic.split('.')[1] ?? '');
}
