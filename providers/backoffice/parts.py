"""The parts of the back office that name their addresses, each in its own ``member_views``."""

from providers.backoffice import member_views as backoffice
from providers.joining import member_views as joining
from providers.members import member_views as members
from providers.messages import member_views as messages
from providers.qualifications import member_views as qualifications
from providers.review import member_views as review
from providers.withdrawal import member_views as withdrawal

PARTS = (backoffice, joining, members, messages, qualifications, review, withdrawal)
