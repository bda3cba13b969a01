export { generateSchemas, type GeneratedSchema } from './generate';
export { differences, renderAll, write } from './output';
