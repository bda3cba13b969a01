import { TOPICS, type Update } from '@chargestream/contracts';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';
import { IntentOutcomes } from './intent-outcomes';

describe('the outcome of an intent', () => {
  let harness: Harness;
  let outcomes: IntentOutcomes;
  const told = async () =>
    (await harness.records(TOPICS.updates)).map(({ value }) => JSON.parse(String(value)) as Update);
  beforeEach(async () => {
    harness = await Harness.open();
    outcomes = new IntentOutcomes(harness.bus, harness.timers.clock, undefined);
  });
  afterEach(() => harness.close());

  it('is told for a charger only when both the read model and connect’s table show it', async () => {
    const retire = intent('RetireCharger', {});
    outcomes.expect(retire);
    await outcomes.seen('readModel', [retire.id, retire.id]);
    expect(await told()).toEqual([]);
    await outcomes.seen('table', [retire.id]);
    expect(await told()).toEqual([expect.objectContaining({ intentId: retire.id, outcome: 'applied' })]);
    await outcomes.seen('table', [retire.id]);
    expect(await told()).toHaveLength(1);
  });

  it('is told for a command when the read model shows it', async () => {
    const command = intent('SendCommand', { command: { kind: 'CLEAR_CACHE' }, expiresAt: '', holdUntilOnline: false });
    outcomes.expect(command);
    await outcomes.seen('readModel', [command.id]);
    expect(await told()).toHaveLength(1);
  });
});
