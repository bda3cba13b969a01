export {
  ContractViolationError,
  openContracts,
  SCHEMAS_FOLDER,
  type CheckedFact,
  type CheckedRecord,
  type Contracts,
} from './contracts';
export { validatingBus, validatingStore, type ValidatingOptions } from './decorators';
