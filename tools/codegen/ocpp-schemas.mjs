// Reads OCPP's JSON Schemas from the npm package `ocpp-rpc`, and gives them names of our own.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const FILES = { 1.6: 'ocpp1_6', '2.0.1': 'ocpp2_0_1', 2.1: 'ocpp2_1' };
/** Prose; two schemas that differ only in these accept the same payloads. */
const PROSE = new Set(['description', 'comment', 'javaType', 'default', '$comment', 'title']);
/** Keywords whose value maps names to schemas, where a key called `description` is a property of OCPP. */
const NAME_MAPS = new Set(['properties', 'definitions']);

/**
 * The schemas of one version.
 * @returns Map of `Action.request` or `Action.response` to the schema
 */
export function readSchemas(version) {
  const schemas = require(`ocpp-rpc/lib/schemas/${FILES[version]}.json`);
  const byName = new Map();
  for (const schema of schemas) {
    // A SEND has no response, and its schema no suffix: urn:NotifyPeriodicEventStream.
    const match = /^urn:(\w+?)(\.req|\.conf|Request|Response)?$/.exec(schema.$id);
    if (!match) throw new Error(`${version}: cannot tell the message of schema ${schema.$id}; extend readSchemas`);
    const kind = match[2] === '.conf' || match[2] === 'Response' ? 'response' : 'request';
    byName.set(`${match[1]}.${kind}`, schema);
  }
  return byName;
}

/** The same schema without prose and with sorted keys, so that a reworded comment changes nothing. */
export function canonical(schema, isNameMap = false) {
  if (Array.isArray(schema)) return schema.map((item) => canonical(item));
  if (schema === null || typeof schema !== 'object') return schema;
  return Object.fromEntries(
    Object.keys(schema)
      .filter((key) => isNameMap || !PROSE.has(key))
      .sort()
      .map((key) => [key, canonical(schema[key], !isNameMap && NAME_MAPS.has(key))]),
  );
}

/** SHA-256 of the canonical JSON; `$id` differs between packages and is left out. */
export function digest(schema) {
  const text = JSON.stringify({ ...canonical(schema), $id: undefined, $schema: undefined });
  return createHash('sha256').update(text).digest('hex');
}

/**
 * All definitions of a version under one roof, each kept once.
 * @throws when two messages define one name differently
 */
export function hoistDefinitions(version, schemas) {
  const definitions = new Map();
  for (const [message, schema] of schemas) {
    for (const [name, definition] of Object.entries(schema.definitions ?? {})) {
      const text = JSON.stringify(canonical(definition));
      const known = definitions.get(name);
      if (known && known.text !== text)
        throw new Error(`${version}: ${message} defines ${name} differently; give its definition a name of its own`);
      if (!known) definitions.set(name, { text, definition });
    }
  }
  return new Map(
    [...definitions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { definition }]) => [name, definition]),
  );
}
