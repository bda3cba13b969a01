import { DEFAULT_ID_TOKENS, SCENARIOS } from '@chargestream/charger-sim';
import { DEFAULT_URL } from './options';

/** What --help prints. */
export function helpText(): string {
  const scenarios = [...SCENARIOS.values()].map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`);
  return `depot-sim: a depot of simulated chargers on real WebSockets

  depot-sim --chargers 50 --version mixed --duration 60

Options
  --chargers N       how many (10)
  --version V        1.6, 2.0.1, 2.1 or mixed (mixed)
  --url URL          the server, without a charger's identity (${DEFAULT_URL})
  --scenario NAME    what the chargers go through, see below (depot)
  --duration S       seconds after which sessions are ended; without it until Ctrl-C
  --speed X          simulated seconds in a real one: batteries fill faster and intervals shrink,
                     timestamps stay real (60)
  --seed S           the same seed gives the same cars and choices (1)
  --id-tag T[,T...]  tokens of the drivers, may be repeated (${DEFAULT_ID_TOKENS[0]}..${DEFAULT_ID_TOKENS.length})
  --id-prefix P      identities are the prefix and a number (SIM-)
  --connectors N     outlets of each charger (2)
  --password P       Basic authentication, the same for all
  --username U       user name of Basic authentication (the charger's identity)
  --tenant T         connects to URL/T/identity
  --journal FILE     appends what is owed and what was acknowledged, a JSON line each
  --fault F          what every charger does wrong, may be repeated: ACTION=KIND[:DETAIL][@CHANCE][/TIMES] with a kind of
                     refuse, ignore, late, bad, drop, repeat, e.g. Reset=drop:doing, '*=late:3000@0.1'
  --clock-offset S   how many seconds the chargers' clocks are off, e.g. --clock-offset=-3600
  --grace S          how long the end waits for acknowledgements (30)
  --help             this text

Scenarios
${scenarios.join('\n')}

Exit code: 0 when every charger got online and every message was acknowledged, 1 when not, 2 for a bad option.
Ctrl-C ends all sessions, delivers what is owed and prints the summary; a second one stops at once.
`;
}
