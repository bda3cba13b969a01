import { RPCClient } from 'ocpp-rpc';

export type IndependentCharger = RPCClient;

/** A charger built on the npm package `ocpp-rpc`, which nobody here wrote: it checks our codec against another. */
export async function connectIndependentCharger(
  ocppUrl: string,
  identity: string,
  protocol: 'ocpp1.6' | 'ocpp2.0.1',
  password?: string,
  /** For wss. */
  tls?: { ca: string; cert?: string; key?: string },
): Promise<IndependentCharger> {
  const charger = new RPCClient({
    endpoint: ocppUrl,
    identity,
    protocols: [protocol],
    strictMode: true,
    reconnect: false,
    callTimeoutMs: 10_000,
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { wsOpts: tls }),
  } as ConstructorParameters<typeof RPCClient>[0]);
  // In strict mode an answer of ours that breaks the schema is reported here.
  charger.on('strictValidationFailure', (failure: { error: Error }) => {
    throw new Error(`The independent client refuses our message: ${failure.error.message}`);
  });
  await charger.connect();
  return charger;
}
