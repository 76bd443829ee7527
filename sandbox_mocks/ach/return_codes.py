"""Why a transfer comes back, or a bank asks for other data, and how long each may take.

Source: the Nacha Operating Rules' return reason and change codes. "Two banking days" and "60
calendar days" are the time frames in which a receiving bank may return an entry.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReturnCode:
    """A reason to return; a `late` one may come up to 60 calendar days after the settlement."""

    code: str
    reason: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class ChangeCode:
    """What a notification of change corrects: fields of the account."""

    code: str
    reason: str
    fields: tuple[str, ...]


RETURN_CODES = {
    each.code: each
    for each in (
        ReturnCode("R01", "Insufficient Funds"),
        ReturnCode("R02", "Account Closed"),
        ReturnCode("R03", "No Account/Unable to Locate Account"),
        ReturnCode("R04", "Invalid Account Number Structure"),
        ReturnCode("R05", "Unauthorized Debit to Consumer Account", late=True),
        ReturnCode("R07", "Authorization Revoked by Customer", late=True),
        ReturnCode("R08", "Payment Stopped"),
        ReturnCode("R09", "Uncollected Funds"),
        ReturnCode("R10", "Customer Advises Originator is Not Known to Receiver", late=True),
        ReturnCode("R11", "Entry Not in Accordance with the Terms of the Authorization", late=True),
        ReturnCode("R16", "Account Frozen/Entry Returned Per OFAC Instruction"),
        ReturnCode("R20", "Non-Transaction Account"),
        ReturnCode("R23", "Credit Entry Refused by Receiver"),
        ReturnCode("R29", "Corporate Customer Advises Not Authorized"),
    )
}

CHANGE_CODES = {
    each.code: each
    for each in (
        ChangeCode("C01", "Incorrect account number", ("account_number",)),
        ChangeCode("C02", "Incorrect transit/routing number", ("routing_number",)),
        ChangeCode(
            "C03",
            "Incorrect routing number and account number",
            ("routing_number", "account_number"),
        ),
        ChangeCode("C05", "Incorrect transaction code", ("account_type",)),
        ChangeCode(
            "C06",
            "Incorrect account number and transaction code",
            ("account_number", "account_type"),
        ),
    )
}
