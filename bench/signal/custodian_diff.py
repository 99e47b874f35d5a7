"""Compares security groups with Cloud Custodian's own code. Input: pairs of groups as JSON; output: one boolean for each pair."""

import json
import sys

from c7n.resources.vpc import SecurityGroupDiff

differ = SecurityGroupDiff()
print(json.dumps([bool(differ.diff(before, after)) for before, after in json.load(sys.stdin)]))
