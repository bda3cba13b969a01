export { ManualClock } from './manual-clock';
export { TestCsms, type HandledCall, type Verdict } from './test-csms';
