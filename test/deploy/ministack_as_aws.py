"""ministack, whose EventBridge takes events of a source that begins with `aws.`: as AWS itself may send them, and nobody else."""

import functools
import sys

from ministack.services import eventbridge

eventbridge._put_events = functools.partial(eventbridge._put_events, allow_aws_source=True)

from ministack.app import main  # noqa: E402

sys.exit(main())
