import { eachOutlet, keepOutletBusy, type Scenario } from './scenario';

const HOUR_S = 3600;

export const burst: Scenario = {
  name: 'burst',
  summary: 'a session at every outlet, meter values as fast as the server takes them',
  run: async (context) => {
    await context.charger.online(context.signal);
    await eachOutlet(context, (connectorId) =>
      keepOutletBusy(context, connectorId, { pauseS: [0, 1], stayS: [HOUR_S, 4 * HOUR_S], sampling: 'asap' }),
    );
  },
};
