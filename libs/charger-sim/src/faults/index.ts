export { FAULT_KINDS, type Fault, type FaultOrder } from './fault';
export { BAD_PAYLOAD, faultyAnswer, type FaultyWire } from './faulty-answer';
export { Faults } from './faults';
export { parseFault } from './parse-fault';
