// The stand-in of DynamoDB keeps its tables in memory. This file replaces the store on disk, which needs a native addon.
'use strict';

exports.Level = class {
  constructor() {
    throw new Error('The stand-in of DynamoDB has no store on disk.');
  }
};
