"""Cloud Custodian's own difference of security groups: pairs of groups in as JSON, one boolean a pair out."""

import json
import sys

from c7n.resources.vpc import SecurityGroupDiff

differ = SecurityGroupDiff()
print(json.dumps([bool(differ.diff(before, after)) for before, after in json.load(sys.stdin)]))
