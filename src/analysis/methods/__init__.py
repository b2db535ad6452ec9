"""Statistics and calendars that know nothing of social care."""
