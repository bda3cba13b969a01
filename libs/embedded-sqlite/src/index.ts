export * from './database';
export * from './file-lock';
export * from './group-committer';
