// @ts-check
/** What a module for OCPP_VENDOR_HANDLERS looks like: handlers of the DataTransfer messages of a vendor, by messageId. */

/** Who parks where, by charger and bay. A real one would tell a service of its own. */
const bays = new Map();

/**
 * The charger asks what its display is to show: `Bay 1: free`.
 * @type {import('@chargestream/contracts').VendorHandler}
 */
function displayText({ chargerId }) {
  const lines = [...bays].filter(([key]) => key.startsWith(`${chargerId}/`));
  const text = lines.map(([key, occupied]) => `Bay ${key.slice(chargerId.length + 1)}: ${occupied ? 'taken' : 'free'}`);
  return { status: 'Accepted', data: { text: text.join('\n') } };
}

/**
 * A parking sensor has seen something: `{"bay":1,"occupied":true}`. What comes from a charger is checked before it is used.
 * @type {import('@chargestream/contracts').VendorHandler}
 */
async function parkingSensor({ chargerId, data, logger }) {
  // 1.6 has text only, which is JSON for this vendor; 2.x has JSON itself.
  const { bay, occupied } = typeof data === 'string' ? JSON.parse(data) : Object(data);
  if (!Number.isInteger(bay) || typeof occupied !== 'boolean') {
    return { status: 'Rejected', data: 'expected {"bay":1,"occupied":true}' };
  }
  bays.set(`${chargerId}/${bay}`, occupied);
  logger.info({ bay, occupied }, 'a parking sensor was heard');
  return { status: 'Accepted' };
}

/** @type {import('@chargestream/contracts').Vendors} */
export const vendors = {
  'com.example.northwind': { DisplayText: displayText, ParkingSensor: parkingSensor },
};
