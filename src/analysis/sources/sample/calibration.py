"""What Exampleshire is made to resemble: a city of Derby's size, in published bands.

Shares come from DfE's tables for the year to March 2025 (assessments by working days taken,
conferences, plans by length) and from Derby's published counts. Nothing here describes a child.
"""

CONTACTS_A_MONTH = 2_550
FAMILIES = 32_000
STARTING_CHILDREN_IN_CARE = 600

# Contacts by source before the planted shift: Annex A's codes and a share of all contacts.
# The third number is the chance that a contact from this source becomes a referral.
SOURCES: dict[str, tuple[str, float, float]] = {
    "1A": ("Individual: family member, relative or carer", 0.060, 0.16),
    "1B": ("Individual: acquaintance", 0.020, 0.14),
    "1C": ("Individual: self", 0.008, 0.18),
    "1D": ("Individual: other", 0.012, 0.12),
    "2A": ("Schools", 0.190, 0.285),
    "2B": ("Education services", 0.020, 0.24),
    "3A": ("Health: general practitioner", 0.015, 0.24),
    "3B": ("Health: health visitor", 0.022, 0.28),
    "3C": ("Health: school nurse", 0.008, 0.27),
    "3D": ("Health: other primary", 0.020, 0.24),
    "3E": ("Health: accident and emergency", 0.048, 0.20),
    "3F": ("Health: other", 0.042, 0.24),
    "4": ("Housing", 0.020, 0.18),
    "5A": ("Local authority: social care", 0.022, 0.32),
    "5B": ("Local authority: other internal", 0.052, 0.30),
    "5C": ("Local authority: external", 0.032, 0.30),
    "6": ("Police", 0.308, 0.215),
    "7": ("Other legal agency", 0.032, 0.24),
    "8": ("Other", 0.037, 0.20),
    "9": ("Anonymous", 0.024, 0.14),
    "10": ("Unknown", 0.008, 0.10),
}
EDUCATION = ("2A", "2B")
ROUND_THE_CLOCK = ("1A", "1B", "1C", "1D", "3E", "6", "9")

# Weekday pattern, Monday first: offices, and those who never close.
OFFICE_WEEK = (1.12, 1.06, 1.04, 1.00, 1.02, 0.05, 0.03)
OPEN_WEEK = (1.14, 1.04, 1.02, 1.00, 1.02, 0.84, 0.80)
BANK_HOLIDAY = 0.12
SCHOOL_HOLIDAY = 0.15  # what is left of contacts from education
DAILY_SHAPE = 40.0  # gamma shape of day-to-day swings beyond chance
MONTHLY_SWING = 0.025  # standard deviation of the log of a month's own level

# Contacts against the usual level in the pandemic's first year.
PANDEMIC = {
    "2020-03": 0.90, "2020-04": 0.74, "2020-05": 0.78, "2020-06": 0.92, "2020-07": 0.95,
    "2020-08": 0.95, "2020-09": 1.00, "2020-10": 1.00, "2020-11": 0.96, "2020-12": 0.97,
    "2021-01": 0.88, "2021-02": 0.90,
}  # fmt: skip

REPEAT_INCIDENTS = 0.17  # incidents that follow an earlier one in the same family
REPEAT_LAG_DAYS = 45
SIBLING_INCLUDED = 0.62

CONTACT_DECISION_WORKING_DAYS = ((0, 0.72), (1, 0.22), (2, 0.035), (3, 0.015), (4, 0.01))
REFERRAL_DECISION_WORKING_DAYS = ((0, 0.66), (1, 0.26), (2, 0.05), (3, 0.02), (4, 0.01))
REFERRAL_NFA = 0.09

# Working days from start to authorisation: (from, to, share). England, year to March 2025.
ASSESSMENT_DAYS = (
    (0, 0, 0.0180), (1, 10, 0.1165), (11, 20, 0.1729), (21, 30, 0.1576), (31, 40, 0.2025),
    (41, 45, 0.1892), (46, 50, 0.0580), (51, 60, 0.0429), (61, 85, 0.0424),
)  # fmt: skip
ASSESSMENT_DAYS_AFTER = (
    (0, 0, 0.0150), (1, 10, 0.0950), (11, 20, 0.1400), (21, 30, 0.1350), (31, 40, 0.1800),
    (41, 45, 0.1700), (46, 50, 0.0950), (51, 60, 0.0850), (61, 85, 0.0850),
)  # fmt: skip

SECTION_47 = 0.37  # of referrals assessed
STRATEGY_WORKING_DAYS = ((0, 0, 0.30), (1, 3, 0.34), (4, 8, 0.16), (9, 40, 0.20))
CONFERENCE = 0.325  # of section 47 enquiries
CONFERENCE_DAYS = (
    (5, 10, 0.100),
    (11, 12, 0.170),
    (13, 15, 0.590),
    (16, 20, 0.080),
    (21, 30, 0.060),
)
CONFERENCE_TO_PLAN = 0.86
PLAN_DAYS = ((20, 95, 0.18), (95, 185, 0.15), (185, 365, 0.38), (365, 729, 0.25), (730, 1100, 0.04))
PREVIOUS_PLAN = 0.21
ABUSE = (("Neglect", 0.47), ("Emotional abuse", 0.36), ("Physical abuse", 0.08),
         ("Sexual abuse", 0.05), ("Multiple/not recommended", 0.04))  # fmt: skip

CARE_AFTER_SECTION_47 = 0.108
CARE_AFTER_ASSESSMENT = 0.022
CARE_DAYS = ((4, 90, 0.17), (91, 365, 0.18), (366, 1095, 0.30), (1096, 4380, 0.35))
IN_NEED_AFTER_ASSESSMENT = 0.42
IN_NEED_DAYS = 165

NEEDS = (("N1", 0.66), ("N2", 0.04), ("N3", 0.04), ("N4", 0.08), ("N5", 0.12),
         ("N6", 0.02), ("N7", 0.005), ("N8", 0.035))  # fmt: skip
# Placement type and provider by age: (type, provider, share under 5, 5 to 15, 16 and over).
PLACEMENTS = (
    ("U1", "PR1", 0.07, 0.09, 0.05), ("U3", "PR1", 0.13, 0.07, 0.03),
    ("U4", "PR1", 0.05, 0.16, 0.09), ("U4", "PR4", 0.04, 0.14, 0.08),
    ("U6", "PR1", 0.32, 0.14, 0.07), ("U6", "PR4", 0.20, 0.18, 0.10),
    ("A6", "PR1", 0.06, 0.01, 0.00), ("P1", "PR0", 0.10, 0.06, 0.04),
    ("K2", "PR4", 0.00, 0.09, 0.13), ("K2", "PR1", 0.00, 0.03, 0.03),
    ("H5", "PR4", 0.00, 0.00, 0.34), ("R2", "PR3", 0.02, 0.01, 0.01),
    ("S1", "PR4", 0.00, 0.015, 0.01), ("K1", "PR2", 0.01, 0.005, 0.02),
)  # fmt: skip

REVIEW_ON_TIME = 0.968
CARE_REVIEW_ON_TIME = 0.985
CP_VISIT_ON_TIME = 0.90
CARE_VISIT_ON_TIME = 0.91
CP_VISIT_WORKING_DAYS = 10

LATE_ENTRY = 0.03  # records keyed in well after the event
LATE_ENTRY_DAYS = 21

ETHNICITIES = (("WBRI", 0.62), ("WIRI", 0.005), ("WIRT", 0.003), ("WOTH", 0.06), ("WROM", 0.02),
               ("MWBC", 0.05), ("MWBA", 0.015), ("MWAS", 0.02), ("MOTH", 0.025), ("AIND", 0.02),
               ("APKN", 0.065), ("ABAN", 0.005), ("AOTH", 0.015), ("BCRB", 0.01), ("BAFR", 0.03),
               ("BOTH", 0.012), ("CHNE", 0.002), ("OOTH", 0.013), ("NOBT", 0.01))  # fmt: skip
DISABLED = 0.10

FRONT_DOOR = "Front Door"
ASSESSMENT_TEAMS = ("Assessment East", "Assessment West", "Assessment Central")
LOCALITY_TEAMS = ("Locality North", "Locality South", "Locality East", "Locality West")
CARE_TEAMS = ("Children in Care 1", "Children in Care 2", "Children in Care 3")
