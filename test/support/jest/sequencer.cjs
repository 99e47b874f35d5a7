const { default: TestSequencer } = require('@jest/test-sequencer');

/**
 * Without a cache Jest runs the largest files first. But some small files take longest: if one of them ran last, it would run alone while
 * the other cores wait. With a cache, Jest knows the durations.
 */
const longest = [
  'test/cli/commands/demo.test.ts',
  'test/data/month.test.ts',
  'test/cli/doctor/doctor.test.ts',
  'test/lib/alarms-evaluated.test.ts',
  'test/wire/killed.test.ts',
  'test/lib/cdk-app.test.ts',
  'test/lib/bundle.test.ts',
  'test/simulation/simulation.test.ts',
  'test/simulation/finds-bugs.test.ts',
  'test/data/large-firewalls.test.ts',
  'test/wire/dynamodb-trouble.test.ts',
  'test/wire/lightsail-trouble.test.ts',
  'test/cli/command-errors.test.ts',
  'test/wire/follow-calls.test.ts',
  'test/security/permissions-by-bundle.test.ts',
];

function rank({ path }) {
  const position = longest.findIndex((name) => path.replaceAll('\\', '/').endsWith(`/${name}`));
  return position === -1 ? longest.length : position;
}

module.exports = class extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
};
