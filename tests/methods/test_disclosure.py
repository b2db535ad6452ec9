

def test_percentages_of_things_without_counts_are_shown():
    facts = pd.DataFrame(
        {
            "id": ["kpi.one", "kpi.two"],
            "value": [91.2, -0.1],
            "shown": ["91.2%", "−0.1"],
            "unit": ["%", "percentage points"],
            "period": "",
            "numerator": None,
            "denominator": None,
            "lower": None,
            "upper": None,
            "formula": "",
            "suppressed": False,
            "note": "",
        }
    )
    rules = pd.DataFrame({"id": facts["id"], "counts": "things"})
    assert suppress_facts(facts, rules)["shown"].tolist() == ["91.2%", "−0.1"]
