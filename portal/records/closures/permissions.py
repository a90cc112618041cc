"""What can be allowed around the records of a closing practice; the role table grants it."""

from portal.foundation.access import permission

COUNT_RECORDS = permission("closures.count", "count the records of a site that closes")
