import { eachOutlet, keepOutletBusy, type Scenario } from './scenario';

const MINUTE_S = 60;

export const depot: Scenario = {
  name: 'depot',
  summary: 'cars come and go at random, stay 10 to 90 minutes and leave gaps of up to 10 minutes (default)',
  run: async (context) => {
    await context.charger.online(context.signal);
    await eachOutlet(context, (connectorId) =>
      keepOutletBusy(context, connectorId, {
        pauseS: [MINUTE_S, 10 * MINUTE_S],
        stayS: [10 * MINUTE_S, 90 * MINUTE_S],
      }),
    );
  },
};
