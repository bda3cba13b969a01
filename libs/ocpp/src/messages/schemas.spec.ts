import manifest from '../../../../schemas/ocpp/manifest.json';
import { OCPP_VERSIONS, type OcppVersion } from '../versions';
import { MESSAGES, messageInfo } from './messages';
import type { RequestOf, ResponseOf } from './payload-types';

interface SchemaTools {
  readSchemas(version: OcppVersion): Map<string, unknown>;
  digest(schema: unknown): string;
  canonical(schema: unknown): unknown;
}
let tools: SchemaTools;
let official: Record<OcppVersion, Map<string, unknown>>;

beforeAll(() => {
  tools = jest.requireActual<SchemaTools>('../../../../tools/codegen/ocpp-schemas.mjs');
  official = Object.fromEntries(
    OCPP_VERSIONS.map((version) => [version, tools.readSchemas(version)]),
  ) as typeof official;
});

describe('the manifest', () => {
  it('has every message of the three versions', () => {
    const count = (version: OcppVersion, securityExtension: boolean) =>
      MESSAGES.filter((message) => message.version === version && message.securityExtension === securityExtension)
        .length;
    expect([count('1.6', false), count('1.6', true)]).toEqual([28, 11]);
    expect([count('2.0.1', false), count('2.1', false)]).toEqual([64, 91]);
    expect(MESSAGES).toHaveLength(28 + 11 + 64 + 91);
    expect(new Set(MESSAGES.map(({ version, action }) => `${version} ${action}`)).size).toBe(MESSAGES.length);
  });

  it('has the digest of all 387 schemas, and they are the schemas we generate from', () => {
    const listed = manifest.messages.flatMap(({ version, action, sha256 }) =>
      Object.entries(sha256).flatMap(([kind, sum]) => (sum === null ? [] : [`${version} ${action}.${kind} ${sum}`])),
    );
    const found = OCPP_VERSIONS.flatMap((version) =>
      [...official[version]].map(([name, schema]) => `${version} ${name} ${tools.digest(schema)}`),
    );
    expect(found).toHaveLength(387);
    expect(listed.sort()).toEqual(found.sort());
  });

  it('notices a changed limit, but not a reworded description', () => {
    const schema = official['1.6'].get('Authorize.request') as { properties: { idTag: object } };
    const changed = (idTag: object) => ({ ...schema, properties: { idTag: { ...schema.properties.idTag, ...idTag } } });
    expect(tools.digest(changed({ description: 'other words' }))).toBe(tools.digest(schema));
    expect(tools.digest(changed({ maxLength: 21 }))).not.toBe(tools.digest(schema));
  });

  it('tells about a message', () => {
    expect(messageInfo('1.6', 'SignedUpdateFirmware')).toMatchObject({
      direction: 'CSMS->CS',
      securityExtension: true,
    });
    expect(messageInfo('2.1', 'NotifyPeriodicEventStream')).toMatchObject({ rpc: 'SEND', direction: 'CS->CSMS' });
    expect(messageInfo('1.6', 'TransactionEvent')).toBeUndefined();
    expect(messageInfo('1.6', '__proto__')).toBeUndefined();
  });
});

/**
 * typed-ocpp raised three limits of 1.6 that chargers exceed: a configuration value to 2048 (the specification says 500), and the
 * info of a StatusNotification to 100 (50). The other schemas are the same.
 */
const KNOWN_DEVIATIONS = [
  '1.6 ChangeConfiguration.request',
  '1.6 GetConfiguration.response',
  '1.6 StatusNotification.request',
];

describe('typed-ocpp, whose schemas somebody else has copied from the specification', () => {
  it('agrees on every schema but those named', async () => {
    const other = (await import('typed-ocpp')) as unknown as Record<string, { schemas: Record<string, Schema> }>;
    const namespaces = { '1.6': 'OCPP16', '2.0.1': 'OCPP20', '2.1': 'OCPP21' } as const;
    const deviations: string[] = [];
    let compared = 0;
    for (const version of OCPP_VERSIONS) {
      const schemas = other[namespaces[version]]!.schemas;
      for (const [name, schema] of official[version]) {
        const [action, kind] = name.split('.');
        const theirs =
          schemas[`${action}${kind === 'request' ? 'Request' : 'Response'}`] ??
          (kind === 'request' ? schemas[action!] : undefined);
        compared++;
        const [a, b] = [schema as Schema, theirs].map((found) => found && JSON.stringify(comparable(found)));
        if (a !== b) deviations.push(`${version} ${name}${b === undefined ? ' (absent)' : ''}`);
      }
    }
    expect(compared).toBe(387);
    expect(deviations).toEqual(KNOWN_DEVIATIONS);
  });
});

type Schema = { definitions?: Record<string, Schema>; [keyword: string]: unknown };

/** References resolved in place, and keywords left out that decide nothing where they stand. */
function comparable(root: Schema): unknown {
  const { definitions = {} } = tools.canonical(root) as Schema;
  const resolve = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(resolve);
    if (node === null || typeof node !== 'object') return node;
    const { $ref, $id: _id, $schema: _draft, definitions: _hoisted, additionalItems: _items, ...rest } = node as Schema;
    if (typeof $ref === 'string') return resolve(definitions[$ref.slice('#/definitions/'.length)]);
    // `additionalProperties` means something for objects only; `required: []` and `enum` order mean nothing.
    if (rest['type'] !== 'object') delete rest['additionalProperties'];
    return Object.fromEntries(
      Object.entries(rest).map(([key, value]) => [
        key,
        key === 'required' || key === 'enum' ? [...(value as string[])].sort() : resolve(value),
      ]),
    );
  };
  return resolve(tools.canonical(root));
}

describe('the types', () => {
  it('are those of the schemas', () => {
    // Compiles, or the types are wrong; jest itself does not look at them.
    const start: RequestOf<'1.6', 'StartTransaction'> = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: '' };
    const status: ResponseOf<'2.0.1', 'ClearCache'>['status'] = 'Accepted';
    // @ts-expect-error -- not a status of OCPP
    const wrong: ResponseOf<'2.0.1', 'ClearCache'>['status'] = 'Fine';
    expect([start.connectorId, status, wrong]).toEqual([1, 'Accepted', 'Fine']);
  });
});
