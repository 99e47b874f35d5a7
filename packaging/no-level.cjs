// The stand-in of DynamoDB keeps its tables in memory. This takes the place of its store on disk, which has a native addon.
'use strict';

exports.Level = class {
  constructor() {
    throw new Error('The stand-in of DynamoDB has no store on disk.');
  }
};
