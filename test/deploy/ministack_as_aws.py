"""Starts ministack with an EventBridge that accepts sources that begin with `aws.`, which only AWS itself is allowed to send."""

import functools
import sys

from ministack.services import eventbridge

eventbridge._put_events = functools.partial(eventbridge._put_events, allow_aws_source=True)

from ministack.app import main  # noqa: E402

sys.exit(main())
