import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ON_CLUSTER } from '../support/cluster-system';
import { Bench } from './bench';
import { authorizationCases } from './authorization.cases';
import { chargingCases } from './charging.cases';
import { configurationCases } from './configuration.cases';
import { firmwareCases } from './firmware.cases';
import { localListCases } from './local-list.cases';
import { offlineCases } from './offline.cases';
import { remoteCases } from './remote.cases';
import { reservationCases } from './reservation.cases';
import { securityCases } from './security.cases';
import { smartChargingCases } from './smart-charging.cases';
import { OFFICIAL_CASES, renderPage, type NotCovered, type Result } from './cases';

const PAGE = path.resolve(__dirname, '../../../../docs/conformance/ocpp-1.6.md');

const CASES = [
  ...[...chargingCases, ...authorizationCases, ...remoteCases, ...configurationCases, ...offlineCases],
  ...[...localListCases, ...firmwareCases, ...reservationCases, ...smartChargingCases, ...securityCases],
];

/** Cases that cannot be tested, each with the reason. */
const NOT_COVERED: NotCovered[] = [];

const TITLES = new Map(OFFICIAL_CASES.map(({ id, title }) => [id, title]));

// The page is about the system in one process: a cluster of tests has no TLS port.
(ON_CLUSTER ? describe.skip : describe)('OCPP 1.6 certification cases of a CSMS', () => {
  const results = new Map<string, Result>();
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterEach(() => bench.disconnect());
  afterAll(() => bench?.stop());

  it.each(CASES.map((one) => [`${one.id} ${TITLES.get(one.id)}`, one] as const))(
    '%s',
    async (_, { id, run }) => {
      results.set(id, 'fail');
      await run(bench, id);
      results.set(id, 'pass');
    },
    15_000,
  );

  it('has one test for each official case, or says why not', () => {
    const known = [...CASES, ...NOT_COVERED].map(({ id }) => id).sort();
    expect(known).toEqual(OFFICIAL_CASES.map(({ id }) => id).sort());
  });

  it('is what the committed page says', () => {
    const page = renderPage(CASES, results, NOT_COVERED);
    if (process.env['UPDATE_CONFORMANCE'] === '1') writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
  });
});
