import type { Command } from '../commands/command-target';
import type { LocalListUpdate } from './local-list';

/** 1.6 §5.15. */
export const sendLocalList: Command = ({ equipment, configuration }, request) => {
  if (!configuration.flag('LocalAuthListEnabled')) return { status: 'NotSupported' };
  const status = equipment.localList.update(request as unknown as LocalListUpdate, {
    maxEntries: configuration.number('LocalAuthListMaxLength'),
    maxSent: configuration.number('SendLocalListMaxLength'),
  });
  return { status };
};
