"""What can be allowed around temporary residents' forms; the role table grants it."""

from portal.foundation.access import permission

VIEW_FORMS = permission("temporary_residents.view", "see the temporary residents' forms of your site")
HANDLE_FORMS = permission("temporary_residents.handle", "send and receive temporary residents' forms")
ROUTE_FORMS = permission("temporary_residents.route", "find the practice of a temporary resident's form")
