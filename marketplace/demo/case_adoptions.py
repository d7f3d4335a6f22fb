"""The demonstration's adoption ledger: who, in the invented county, did the same after a case."""

from __future__ import annotations

from datetime import date

from cases.models import Adoption, CasePage

State, Reason = Adoption.State, Adoption.Reason

# By the case's address: enterprise, whether it is named, state, reason, begun, ended.
ROWS = {
    "B01": (
        ("演示辛制衣厂", True, State.SUCCEEDED, "", date(2026, 3, 2), date(2026, 6, 18)),
        ("演示壬针织厂", False, State.SUCCEEDED, "", date(2026, 4, 13), date(2026, 8, 7)),
        ("", False, State.RUNNING, "", date(2026, 10, 12), None),
        ("演示癸服饰厂", False, State.FAILED, Reason.STAFF, date(2026, 4, 1), date(2026, 5, 20)),
    ),
    "B02": (("", False, State.RUNNING, "", date(2026, 9, 1), None),),
    "B03": (
        ("演示子电路厂", True, State.SUCCEEDED, "", date(2026, 4, 20), date(2026, 10, 30)),
        ("", False, State.UNCONFIRMED, "", date(2026, 5, 6), date(2026, 11, 12)),
    ),
}


def load_adoptions(cases: dict[str, CasePage]) -> None:
    """Fill the ledgers that are empty; ``cases`` by their code in the demonstration."""
    for code, rows in ROWS.items():
        case = cases[code]
        if case.adoptions.exists():
            continue
        for name, is_named, state, reason, started_on, finished_on in rows:
            Adoption.objects.create(
                case=case,
                enterprise_name=name,
                named_by="演示联系人，厂长" if is_named else "",
                named_on=finished_on if is_named else None,
                state=state,
                reason=reason,
                started_on=started_on,
                finished_on=finished_on,
            )
