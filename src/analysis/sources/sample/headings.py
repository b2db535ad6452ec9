"""The headings of Exampleshire's extracts: words that a council's systems use, by contract."""

import pandas as pd

CHILD = {"child_id": "Child Unique ID", "team": "Allocated Team"}
HEADINGS: dict[str, dict[str, str]] = {
    "contacts": CHILD | {
        "contact_id": "Contact Reference", "contact_date": "Date of Contact",
        "contact_time": "Time of Contact", "source": "Contact Source",
        "outcome": "Contact Outcome", "decision_date": "Contact Decision Date",
    },
    "referrals": CHILD | {
        "referral_id": "Referral Reference", "referral_date": "Date of Referral",
        "source": "Referral Source", "nfa": "Referral NFA?",
        "decision_date": "Referral Decision Date", "closure_date": "Case Closure Date",
        "closure_reason": "Reason for Closure",
    },
    "assessments": CHILD | {
        "assessment_id": "Assessment Reference", "referral_date": "Date of Referral",
        "start_date": "Assessment Start Date", "authorised_date": "Assessment Authorised Date",
        "child_seen": "Child Seen During Continuous Assessment", "outcome": "Assessment Outcome",
    },
    "section47": CHILD | {
        "enquiry_id": "Enquiry Reference", "strategy_date": "Strategy Discussion Date",
        "icpc_unnecessary": "ICPC Not Required", "icpc_date": "Date of ICPC",
        "outcome_plan": "ICPC Outcome CP Plan", "transfer_in": "Transfer In Conference",
    },
    "cp_plans": CHILD | {
        "plan_id": "CP Plan ID", "start_date": "CP Plan Start Date",
        "end_date": "CP Plan End Date", "previous_plans": "Number of Previous CP Plans",
        "initial_category": "Initial Category of Abuse",
        "latest_category": "Latest Category of Abuse",
    },
    "cp_reviews": CHILD | {
        "due_date": "CP Review Due", "held_date": "CP Review Held", "mode": "Meeting Mode",
    },
    "cp_visits": CHILD | {
        "visit_date": "CP Visit Date", "due_date": "Visit Due Date", "mode": "Visit Mode",
        "seen_alone": "Child Seen Alone?",
    },
    "cla_episodes": CHILD | {
        "care_start_date": "Date Started to be Looked After",
        "care_end_date": "Date Ceased to be Looked After",
        "placement_start_date": "Placement Start", "placement_end_date": "Placement End",
        "placement_type": "Placement Type", "placement_provider": "Placement Provider",
        "legal_status": "Child's Legal Status", "category_of_need": "Child's Category of Need",
        "intended_to_18": "Placement Intended to Last to 18",
    },
    "cla_reviews": CHILD | {
        "due_date": "CLA Review Due", "held_date": "CLA Review Held", "mode": "Meeting Mode",
    },
    "cla_visits": CHILD | {
        "visit_date": "CLA Visit Date", "due_date": "Visit Due Date", "mode": "Visit Mode",
    },
    "kpi_return": {
        "month": "Reporting Month", "kpi_code": "KPI Code", "kpi_name": "KPI Name",
        "numerator": "Numerator", "denominator": "Denominator", "value_pct": "Value %",
        "target_pct": "Target %", "direction": "Good Performance", "status": "Data Status",
    },
    "establishment": {
        "post_id": "Post Number", "team": "Team", "role": "Job Title",
        "budgeted_fte": "Budgeted FTE", "filled_by": "Employee Number",
        "vacant_from": "Vacant Since",
    },
    "staff": {
        "person_id": "Employee Number", "post_id": "Post Number", "team": "Team",
        "role": "Job Title", "fte": "Contracted FTE", "contract": "Contract Type",
        "start_date": "Employment Start Date", "end_date": "Employment End Date",
        "newly_qualified": "Newly Qualified", "programme": "Training Programme",
        "programme_end_date": "Programme End", "cases": "Caseload",
        "leaving_reason": "Reason for Leaving",
    },
    "agency": {
        "worker_id": "Agency Worker ID", "post_id": "Post Covered", "team": "Team",
        "role": "Job Title", "posts_covered": "Posts Covered", "fte": "Agency FTE",
        "start_date": "Assignment Start", "end_date": "Assignment End",
        "reason": "Reason for Cover", "job_type": "Core Job Type",
        "hourly_rate_gbp": "Hourly Rate", "cap_hourly_gbp": "Regional Price Cap",
        "employee_equivalent_hourly_gbp": "Substantive Hourly Cost",
        "weekly_hours": "Hours a Week", "project_team": "Project Team", "cases": "Caseload",
    },
    "absence": {
        "person_id": "Employee Number", "team": "Team", "start_date": "First Day of Absence",
        "end_date": "Last Day of Absence", "absence_type": "Absence Type",
        "days_lost_working_days": "Working Days Lost", "fte": "Contracted FTE",
    },
    "workforce_monthly": {"as_at": "As at"},
    "budget_monitoring": {
        "financial_year": "Financial Year", "period_no": "Period", "cost_centre": "Cost Centre",
        "cost_centre_name": "Cost Centre Description", "service": "Service",
        "subjective": "Account Code", "subjective_name": "Account Description",
        "category": "Type of Spend", "annual_budget_gbp": "Annual Budget",
        "profiled_budget_gbp": "Budget to Date", "actual_to_date_gbp": "Actual to Date",
        "commitments_gbp": "Commitments", "forecast_outturn_gbp": "Forecast Outturn",
        "prior_forecast_gbp": "Previous Forecast", "virement_gbp": "Virements",
        "recurring": "Recurring", "placement_type": "Type of Placement",
        "children": "Number of Children", "comment": "Comments",
    },
    "findings": {
        "finding_id": "Finding Number", "kind": "Kind", "finding": "Finding",
        "finding_date": "Date of Finding", "source": "Source of Finding",
    },
    "actions": {
        "action_id": "Action Number", "finding_id": "Finding Number", "action": "Action",
        "owner_role": "Owner Role", "due_date": "Due Date",
        "original_due_date": "Original Due Date", "status": "Action Status",
        "closed_date": "Date Closed", "evidence": "Evidence of Impact",
        "linked_measure": "Measure ID", "decision_needed": "Decision Needed",
    },
    "homes": {
        "home_id": "Home", "provision": "Type of Provision", "places": "Registered Places",
        "status": "Home Status", "regulation_44_due": "Regulation 44 Visits Due",
        "regulation_44_held": "Regulation 44 Visits Held", "risk_assessed": "Risk Assessed",
        "homes": "Number of Homes",
    },
    "home_visits": {
        "home_id": "Home", "visit_month": "Month of Visit", "visitor_role": "Visitor Role",
        "visits": "Number of Visits",
    },
    "supervision": {
        "month": "Month", "team": "Team", "due": "Supervisions Due", "held": "Supervisions Held",
    },
    "audits": {
        "month": "Month", "team": "Team", "grade": "Audit Grade", "audits": "Number of Audits",
    },
    "contact_modes": {
        "month": "Month", "activity": "Activity", "mode": "Mode", "number": "Number",
    },
    "notes": {
        "month": "Month", "measure_id": "Measure ID", "text": "Note", "role": "Manager Role",
        "note_date": "Date of Note",
    },
}  # fmt: skip
SHEETS = {
    "contacts": "Contacts", "referrals": "Referrals", "assessments": "Assessments",
    "section47": "Section 47", "cp_plans": "CP plans", "cp_reviews": "CP reviews",
    "cp_visits": "CP visits", "cla_episodes": "CLA episodes", "cla_reviews": "CLA reviews",
    "cla_visits": "CLA visits", "kpi_return": "KPI return", "establishment": "Establishment",
    "staff": "Staff", "agency": "Agency workers", "absence": "Absence",
    "workforce_monthly": "Workforce summary", "budget_monitoring": "Budget monitoring",
    "findings": "Findings", "actions": "Actions", "homes": "Children's homes",
    "home_visits": "Home visits", "supervision": "Supervision", "audits": "Case audits",
    "contact_modes": "Contact modes", "notes": "Notes",
}  # fmt: skip


def with_headings(contract: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table under the council's headings, in the order in which they are declared.

    A column that has no heading of its own keeps a plain form of its name.
    """
    named = HEADINGS[contract]
    order = [*(name for name in named if name in table), *(c for c in table if c not in named)]
    plain = {
        name: name.replace("_", " ").capitalize().replace("fte", "FTE").replace("Inpost", "In post")
        for name in order
    }
    return table[order].rename(columns=plain | named)
