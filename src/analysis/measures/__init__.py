"""The field's measures: pure functions of tidy tables, each defined in the definitions."""
