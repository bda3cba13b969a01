import { describedEnum } from './enums';

export const LocalListUpdateType = describedEnum('LocalListUpdateType', 'How a local authorization list is sent.', {
  FULL: 'The whole list, in place of the one there is.',
  DIFFERENTIAL: 'What is new, changed or gone.',
});
