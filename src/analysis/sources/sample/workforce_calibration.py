"""Exampleshire's posts, pay and agency terms: a city of Derby's size, nobody's real workforce."""

# Team: social worker, senior social worker, advanced practitioner, team manager posts.
TEAMS: dict[str, tuple[int, int, int, int]] = {
    "Front Door": (6, 3, 1, 1),
    "Assessment East": (9, 3, 1, 1),
    "Assessment West": (9, 3, 1, 1),
    "Assessment Central": (9, 3, 1, 1),
    "Locality North": (9, 3, 1, 1),
    "Locality South": (9, 3, 1, 1),
    "Locality East": (8, 3, 1, 1),
    "Locality West": (8, 3, 1, 1),
    "Children in Care 1": (7, 3, 1, 1),
    "Children in Care 2": (7, 3, 1, 1),
    "Children in Care 3": (6, 3, 1, 1),
    "Disabled Children": (6, 2, 1, 1),
}
REVIEWING_TEAM = "Reviewing Service"
REVIEWING_POSTS = 9
ROLES = ("Social worker", "Senior social worker", "Advanced practitioner", "Team manager")
REVIEWING_ROLE = "Independent reviewing officer"
CASEHOLDING = ("Social worker", "Senior social worker")
CASE_WEIGHT = {"Social worker": 1.0, "Senior social worker": 0.9}
NEWLY_QUALIFIED_CASE_WEIGHT = 0.7

POST_FTE = ((1.0, 0.80), (0.8, 0.10), (0.6, 0.07), (0.5, 0.03))
TENURE_YEARS = 8.0  # before a post holder leaves
VACANT_DAYS = 105
NEWLY_QUALIFIED = 0.6  # of those who start as social workers
PROGRAMME_DAYS = 365
NEWLY_QUALIFIED_DAYS = 548  # for how long a starter counts as newly qualified
APPRENTICES = 3
STEP_UP_STUDENTS = 4
LEAVING = (
    ("Resignation: another authority", 0.42),
    ("Resignation: agency work", 0.12),
    ("Resignation: outside social work", 0.20),
    ("Retirement", 0.12),
    ("End of contract", 0.08),
    ("Other", 0.06),
)

# Yearly pay with employer's costs, by role, at the start of the sample; pay rises each April.
SALARY_GBP = {
    "Social worker": 51_000,
    "Senior social worker": 58_500,
    "Advanced practitioner": 62_000,
    "Team manager": 69_500,
    "Independent reviewing officer": 65_000,
}
PAY_RISE = 0.032

# Agency: hourly charge, regional cap and what an employee in the post costs, by role.
AGENCY_GBP = {
    "Social worker": (38.0, 39.5, 30.0),
    "Senior social worker": (41.5, 42.5, 34.0),
    "Advanced practitioner": (44.0, 45.0, 36.5),
    "Team manager": (49.0, 50.0, 41.0),
    "Independent reviewing officer": (46.0, 47.0, 38.5),
}
WEEKLY_HOURS = 37
WORKING_WEEKS = 46  # paid weeks in a year of an agency worker
AGENCY_BASE = 11
AGENCY_DAYS = (90, 420)
BASE_REASONS = (("vacancy", 0.48), ("sickness", 0.22), ("maternity", 0.20), ("additional", 0.10))
SURGE_REASONS = ("sickness", "sickness", "maternity", "maternity", "sickness",
                 "maternity", "additional", "sickness", "maternity")  # fmt: skip

SHORT_SPELLS_A_YEAR = 1.15
LONG_SPELLS_A_YEAR = 0.055
LONG_SPELL_DAYS = (45, 190)
MATERNITY_A_YEAR = 0.028
MATERNITY_DAYS = (240, 365)
