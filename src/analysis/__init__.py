"""Children's safeguarding performance: from spreadsheet extracts to a report leaders can check.

Data takes one way through five rooms: ``sources`` (what comes in), ``methods`` (statistics and
calendars), ``measures`` (the field's measures), ``reporting`` (what a reader sees) and
``running`` (how it is run).
"""
