"""What the site's logs must not hold."""

import logging
import re

PRIVATE_KEY = re.compile(r"[0-9a-f]{40}")


class MaskPrivateLinks(logging.Filter):
    """Blots out the keys of private request links in whatever is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = PRIVATE_KEY.sub("…", record.getMessage())
        record.args = ()
        return True
