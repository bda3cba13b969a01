import { kafkaUnavailable } from '@chargestream/kafka';
import { postgresUnavailable } from '@chargestream/postgres';
import { duplicates } from './faults/duplicates';
import { killServices } from './faults/kill-services';
import { runFault } from './run-fault';
import { failures, hasPassed } from './verdict';

const reason = kafkaUnavailable({ own: true }) ?? postgresUnavailable({ own: true });
const describeOnCluster = reason === null ? describe : describe.skip;

/** Small runs, so that a cluster is brought up by every test run; `npm run cluster -- faults` has the large ones. */
describeOnCluster(`faults on a small cluster${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  const options = { chargers: 15, seed: 7, speed: 30, say: () => undefined };

  it('loses and doubles nothing when a service is killed', async () => {
    const verdict = await runFault(killServices, { ...options, seconds: 1 });
    expect(failures(verdict)).toEqual(nothing());
    expect(hasPassed(verdict)).toBe(true);
  }, 240_000);

  it('loses and doubles nothing when every record comes five times', async () => {
    const verdict = await runFault(duplicates, { ...options, seconds: 8 });
    expect(failures(verdict)).toEqual(nothing());
    expect(hasPassed(verdict)).toBe(true);
  }, 240_000);
});

function nothing(): Record<string, unknown[]> {
  return {
    lost: [],
    doubled: [],
    'different from what chargers said': [],
    'order broken': [],
    'given up by chargers': [],
    'commands without an end': [],
    'commands lost': [],
  };
}
