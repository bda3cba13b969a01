export { ContractViolationError, openContracts, SCHEMAS_FOLDER, type Contracts } from './contracts';
export { validatingBus, validatingStore, type ValidatingOptions } from './decorators';
