import { parseArgs } from 'node:util';

export interface StandaloneOptions {
  help: boolean;
  demo: boolean;
  demoChargers: number;
}

/** A command line that cannot be used; the message says what to write instead. */
export class OptionsError extends Error {}

export const HELP = `ChargeStream: an open charging station management system for OCPP 1.6J, 2.0.1 and 2.1

Usage: npm start -- [options]

  --demo                also run a small simulated depot, so that there is something to see
  --demo-chargers N     how many chargers that depot has (default 6, at most 200)
  --help                this text

Everything else is set by environment variables:

  OCPP_HOST, OCPP_PORT  where chargers connect (127.0.0.1, 9220)
  API_HOST, API_PORT    where GraphQL and GraphiQL are (127.0.0.1, 4000)
  DATA_DIR              where everything is kept (./data)
  REGISTRATION          auto: unknown chargers are taken in; manual: answered 404 (auto)
  AUTH                  who may use GraphQL: none (loopback only), apikey, jwt (none)
  LOG_LEVEL             fatal, error, warn, info, debug, trace or silent (info)

The others, with their meaning, are in docs/configuration.md.
`;

/** @throws OptionsError for an option or value that does not exist. */
export function parseOptions(argv: readonly string[]): StandaloneOptions {
  const { values } = parsed(argv);
  const demoChargers = Number(values['demo-chargers']);
  if (!Number.isInteger(demoChargers) || demoChargers < 1 || demoChargers > 200) {
    throw new OptionsError(
      `--demo-chargers takes a whole number from 1 to 200, not "${values['demo-chargers']}": npm start -- --demo --demo-chargers 12`,
    );
  }
  return { help: values.help, demo: values.demo, demoChargers };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        demo: { type: 'boolean', default: false },
        'demo-chargers': { type: 'string', default: '6' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new OptionsError(`${(error as Error).message}. npm start -- --help lists the options.`);
  }
}
