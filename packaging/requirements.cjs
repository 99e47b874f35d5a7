// Checks what the installed package needs. This file runs before all other files, on any Node: it is CommonJS, without syntax that an old
// Node can't parse.
'use strict';

/** Returns a sentence if this Node is too old, otherwise null. */
exports.findNodeProblem = () => {
  const { engines } = require('../package.json');
  const [, needed] = /^>=(\d+)/.exec(engines.node);
  if (Number(process.versions.node.split('.')[0]) >= Number(needed)) return null;
  return `Portwatch needs Node ${needed} or newer, and this is Node ${process.versions.node}.`;
};

/**
 * Throws an error of one sentence if a peer dependency is missing, or has a version that package.json does not allow. `load`: the function
 * `require` of a file of the package, which finds the peer dependencies.
 */
exports.requirePeers = (load) => {
  const { peerDependencies } = require('../package.json');
  const problems = Object.entries(peerDependencies).flatMap(([name, range]) => {
    const found = findVersion(load, name);
    if (found !== null && isWithin(found, range)) return [];
    const got = found === null ? 'which is not installed' : `and found ${found}`;
    return [{ needed: `${name} ${range}, ${got}`, wanted: `"${name}@${range}"` }];
  });
  if (problems.length === 0) return;
  const needed = problems.map((one) => one.needed).join('; and ');
  refuse(`Portwatch needs ${needed}: run npm install ${problems.map(({ wanted }) => wanted).join(' ')}.`);
};

/** Throws an error whose stack is only its sentence, because a stack would only show files of the package. */
const refuse = (sentence) => {
  const error = new Error(sentence);
  error.stack = `Error: ${sentence}`;
  throw error;
};
exports.refuse = refuse;

function findVersion(load, name) {
  try {
    return load(`${name}/package.json`).version;
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** `range` is `>=major.minor.patch <major`. A pre-release counts as its release. */
function isWithin(version, range) {
  const [, ...least] = /^>=(\d+)\.(\d+)\.(\d+) <(\d+)$/.exec(range).map(Number);
  const [limit] = least.splice(3);
  const parts = version.split('-')[0].split('.').map(Number);
  const different = parts.findIndex((part, index) => part !== least[index]);
  return parts[0] < limit && (different < 0 || parts[different] > least[different]);
}
