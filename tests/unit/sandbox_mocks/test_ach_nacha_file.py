from __future__ import annotations

from typing import Any

HOUR = 3_600.0


def nacha_lines(ach: Any) -> list[str]:
    _, files = ach.call("GET", "/v1/files")
    status, text = ach.call("GET", f"/v1/files/{files['data'][-1]['id']}")
    assert status == 200
    return str(text).splitlines()


def test_a_file_has_records_of_94_characters_in_blocks_of_ten(ach: Any) -> None:
    for _ in range(9):
        ach.transfer()
    ach.clock.advance(7 * HOUR)
    lines = nacha_lines(ach)
    assert {len(line) for line in lines} == {94}
    assert len(lines) == 20
    assert [line[0] for line in lines[:3]] == ["1", "5", "6"]
    assert lines[12][:13] == "9000001000002"
    assert set("".join(lines[13:])) == {"9"}


def test_an_entry_names_bank_account_amount_and_holder(ach: Any) -> None:
    ach.transfer("1234.56", holder_name="Zoë Lee", reference="inv-7")
    ach.clock.advance(7 * HOUR)
    entry = nacha_lines(ach)[2]
    assert entry[1:3] == "22"
    assert entry[3:12] == "021000021"
    assert entry[12:29] == "000123456789     "
    assert entry[29:39] == "0000123456"
    assert entry[39:54] == "INV-7          "
    assert entry[54:76] == "ZO? LEE               "
    assert entry[79:] == "121042880000001"


def test_controls_count_entries_and_add_up_amounts_and_routing_numbers(ach: Any) -> None:
    ach.transfer("10.00")
    ach.transfer("2.50", direction="debit")
    ach.clock.advance(7 * HOUR)
    lines = nacha_lines(ach)
    batch, control = lines[4], lines[5]
    assert batch[:4] == "8200"
    assert batch[4:10] == "000002"
    assert batch[10:20] == "0004200004"
    assert (batch[20:32], batch[32:44]) == ("000000000250", "000000001000")
    assert control[13:21] == "00000002"
    assert control[21:31] == batch[10:20]
    assert control[31:55] == batch[20:44]


def test_classes_of_transfers_have_batches_of_their_own(ach: Any) -> None:
    ach.transfer(sec_code="CCD", description="SALARY")
    ach.transfer(sec_code="PPD")
    ach.clock.advance(7 * HOUR)
    headers = [line for line in nacha_lines(ach) if line[0] == "5"]
    assert [line[50:53] for line in headers] == ["CCD", "PPD"]
    assert headers[0][53:63] == "SALARY    "
    assert [line[-7:] for line in headers] == ["0000001", "0000002"]
    assert headers[0][69:75] == "240705"
