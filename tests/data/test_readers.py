import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.contract import Finding, TrialError
from data.readers import FORMATS, read_table


def dataset_json(table: pd.DataFrame) -> tuple[dict, list]:
    head = {
        "datasetJSONVersion": "1.1.0",
        "name": "ADSL",
        "records": len(table),
        "columns": [{"name": name, "dataType": "string"} for name in table.columns],
    }
    rows = [[None if pd.isna(cell) else cell for cell in row] for row in table.astype(object).values.tolist()]
    return head, rows


def write_json(table: pd.DataFrame, path: Path) -> None:
    head, rows = dataset_json(table)
    path.write_text(json.dumps({**head, "rows": rows}), encoding="utf-8")


def ndjson(table: pd.DataFrame) -> bytes:
    head, rows = dataset_json(table)
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in (head, *rows)).encode()


WRITERS: dict[str, Callable[[pd.DataFrame, Path], object]] = {
    "t.csv": lambda table, path: table.to_csv(path, index=False),
    "t.parquet": lambda table, path: table.to_parquet(path, index=False),
    "v5.xpt": lambda table, path: pyreadstat.write_xport(table, path, file_format_version=5, table_name="T"),
    "v8.xpt": lambda table, path: pyreadstat.write_xport(table, path, file_format_version=8, table_name="T"),
    "t.json": write_json,
    "t.ndjson": lambda table, path: path.write_bytes(ndjson(table)),
    "zlib.dsjc": lambda table, path: path.write_bytes(zlib.compress(ndjson(table))),
    "gzip.dsjc": lambda table, path: path.write_bytes(gzip.compress(ndjson(table))),
}


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "USUBJID": ["01-701", "01-702", "01-703"],
            "SITEID": ["701", "702", "007"],
            "REGION1": ["NA", "EU", "NA"],
            "AGE": [63.0, np.nan, 71.5],
            "TRTSDT": ["2014-01-02", None, "2014-02-28"],
            "NOTE": [None, None, None],
            "RACE": ["Ünïcode", "WHITE", None],
        }
    )


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_table(table: pd.DataFrame, tmp_path: Path, name: str) -> None:
    written = table.fillna({"TRTSDT": "", "NOTE": "", "RACE": ""}) if name.endswith("xpt") else table
    WRITERS[name](written, tmp_path / name)
    read, findings = read_table(tmp_path / name)
    assert findings == ()
    assert read["SITEID"].tolist() == ["701", "702", "007"]
    assert read["REGION1"].tolist() == ["NA", "EU", "NA"]
    assert read["AGE"].dtype == np.float64
    np.testing.assert_array_equal(read["AGE"], [63.0, np.nan, 71.5])
    assert read["TRTSDT"].tolist() == ["2014-01-02", None, "2014-02-28"]
    assert read["NOTE"].tolist() == [None, None, None]
    assert read["RACE"].tolist() == ["Ünïcode", "WHITE", None]


def test_typed_dates_become_iso_text(tmp_path: Path) -> None:
    days = pd.to_datetime(["2014-01-02", None])
    pd.DataFrame({"ADT": days.date, "ADTM": days + pd.Timedelta(hours=9)}).to_parquet(tmp_path / "t.parquet")
    read, _ = read_table(tmp_path / "t.parquet")
    assert read["ADT"].tolist() == ["2014-01-02", None]
    assert read["ADTM"].tolist() == ["2014-01-02T09:00:00", None]
    table = pd.DataFrame({"ADT": [19725.0], "ADTM": [1704274200.0]})  # days and seconds since 1960-01-01
    formats = {"ADT": "DATE9.", "ADTM": "DATETIME20."}
    pyreadstat.write_xport(table, tmp_path / "t.xpt", variable_format=formats)
    read, _ = read_table(tmp_path / "t.xpt")
    assert read["ADT"].tolist() == ["2014-01-02"]
    assert read["ADTM"].tolist() == ["2014-01-02T09:30:00"]


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    numbers=st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=6),
    word=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1),
)
def test_any_numbers_and_text_survive_csv_parquet_and_json(tmp_path: Path, numbers: list, word: str) -> None:
    table = pd.DataFrame({"X": pd.array(numbers, dtype="Float64").astype("float64"), "RACE": [word] * len(numbers)})
    read = []
    for name in ("t.csv", "t.parquet", "t.ndjson"):
        WRITERS[name](table, tmp_path / name)
        read.append(read_table(tmp_path / name)[0])
    pd.testing.assert_frame_equal(read[0], read[1], check_exact=True)
    pd.testing.assert_frame_equal(read[0], read[2], check_exact=True)
    assert set(read[0]["RACE"]) == {word.strip() or None}
    if any(number is not None for number in numbers):
        np.testing.assert_array_equal(read[0]["X"], table["X"].to_numpy())


def attempt(path: Path) -> tuple[Finding, ...]:
    """What reading a file says; anything raised but a TrialError fails the test."""
    try:
        return read_table(path)[1]
    except TrialError as error:
        return error.findings


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), extension=st.sampled_from(list(FORMATS)))
def test_whatever_the_bytes_a_reader_reads_or_refuses(tmp_path: Path, content: bytes, extension: str) -> None:
    path = tmp_path / f"t{extension}"
    path.write_bytes(content)
    assert all(finding.file == path.name for finding in attempt(path))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(list(WRITERS)), data=st.data())
def test_a_file_with_changed_bytes_is_read_or_refused(tmp_path: Path, name: str, data: st.DataObject) -> None:
    table = pd.DataFrame({"USUBJID": ["A", "B"], "AVAL": [1.5, 2.0]})
    path = tmp_path / name
    WRITERS[name](table, path)
    content = bytearray(path.read_bytes())
    for _ in range(3):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    attempt(path)


# -- what is refused ---------------------------------------------------------------------------------------------


def refused(path: Path, content: bytes | str) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(TrialError) as caught:
        read_table(path)
    return str(caught.value)


def test_an_empty_file(tmp_path: Path) -> None:
    for extension in FORMATS:
        message = refused(tmp_path / f"adsl{extension}", "")
        assert message == f"error: adsl{extension}: the file is empty (0 bytes) [empty-file]"
    assert "[empty-file]" in refused(tmp_path / "adsl.csv", "\n\n")


@pytest.mark.parametrize("name", ["t.parquet", "v5.xpt", "v8.xpt", "t.json", "t.ndjson", "zlib.dsjc", "gzip.dsjc"])
def test_a_file_cut_short_anywhere(tmp_path: Path, name: str) -> None:
    # A row of the transport file is 23 bytes: the first one that ends together with a record of 80 is the 80th.
    table = pd.DataFrame({"USUBJID": [f"SUBJECT-{n:07d}" for n in range(60)], "AVAL": np.arange(60.0)})
    path = tmp_path / name
    WRITERS[name](table, path)
    content = path.read_bytes()
    assert len(read_table(path)[0]) == 60
    for size in [10, len(content) // 2, *range(len(content) - 81, len(content), 7), len(content) - 1]:
        assert any(rule in refused(path, content[:size]) for rule in ("[cut-short]", "[damaged-file]", "-json]"))


def test_the_header_of_a_version_8_transport_file_says_how_many_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.xpt"
    WRITERS["v8.xpt"](pd.DataFrame({"USUBJID": ["A" * 72] * 4, "AVAL": 1.0}), path)  # 80 bytes a row
    content = path.read_bytes()
    assert "[cut-short]" in refused(path, content[:-80])


def test_two_tables_in_one_transport_file(tmp_path: Path) -> None:
    path = tmp_path / "t.xpt"
    WRITERS["v5.xpt"](pd.DataFrame({"AVAL": [1.0]}), path)
    content = path.read_bytes()
    second = content[content.index(b"HEADER RECORD*******MEMBER") :]
    assert "[several-tables]" in refused(path, content + second)


@pytest.mark.parametrize(
    ("source", "extension", "advice"),
    [
        ("t.parquet", ".csv", "holds Parquet: name it .parquet"),
        ("v5.xpt", ".csv", "holds a SAS transport file: name it .xpt"),
        ("t.json", ".csv", "holds JSON: name it .json"),
        ("t.ndjson", ".json", "holds one JSON value a line: name it .ndjson"),
        ("gzip.dsjc", ".ndjson", "holds a gzip archive: name it .dsjc"),
    ],
)
def test_a_wrong_extension(table: pd.DataFrame, tmp_path: Path, source: str, extension: str, advice: str) -> None:
    WRITERS[source](table[["USUBJID", "SITEID"]], tmp_path / source)
    message = refused(tmp_path / f"adsl{extension}", (tmp_path / source).read_bytes())
    assert advice in message
    assert "[wrong-extension]" in message


def test_an_excel_workbook_called_csv(tmp_path: Path) -> None:
    assert "zip archive (or an Excel workbook)" in refused(tmp_path / "adsl.csv", b"PK\x03\x04" + bytes(40))


@pytest.mark.parametrize("extension", [".parquet", ".xpt", ".sas7bdat", ".json", ".ndjson", ".dsjc"])
def test_text_that_is_none_of_the_formats(tmp_path: Path, extension: str) -> None:
    assert refused(tmp_path / f"adsl{extension}", "USUBJID,AGE\nA,1\n").startswith("error: adsl")


def test_json_that_is_not_dataset_json(tmp_path: Path) -> None:
    path = tmp_path / "adsl.json"
    assert "it has no datasetJSONVersion [not-dataset-json]" in refused(path, '{"USUBJID": ["A"]}')
    assert "its version is '1.0.0'" in refused(path, '{"datasetJSONVersion": "1.0.0"}')
    head = {"datasetJSONVersion": "1.1.0", "records": 2, "columns": [{"name": "USUBJID"}]}
    assert "declares 2 records and holds 1 [cut-short]" in refused(path, json.dumps({**head, "rows": [["A"]]}))
    ragged = json.dumps({**head, "rows": [["A"], ["B", 1]]})
    assert "adsl.json, row 2: has 2 values where 1 columns are declared [ragged-row]" in refused(path, ragged)
    assert "[nested-value]" in refused(path, json.dumps({**head, "rows": [["A"], [[1]]]}))


def test_text_that_is_not_utf_8_is_placed(tmp_path: Path) -> None:
    path = tmp_path / "adsl.csv"
    message = refused(path, "USUBJID,RACE\nA,White\nB,M\xe9tis\n".encode("latin-1"))
    assert message == (
        "error: adsl.csv, row 2, column RACE: byte 0xe9 is not UTF-8 (Windows-1252?): save the file as CSV UTF-8 "
        "[not-utf-8]"
    )
    assert "UTF-16" in refused(path, "USUBJID\nA\n".encode("utf-16"))
    xpt = tmp_path / "adsl.xpt"
    WRITERS["v5.xpt"](pd.DataFrame({"RACE": ["Metis"]}), xpt)
    assert "byte 0xe9 is not UTF-8" in refused(xpt, xpt.read_bytes().replace(b"Metis", b"M\xe9tis"))


def test_nul_bytes_quotes_and_ragged_rows_are_placed(tmp_path: Path) -> None:
    path = tmp_path / "adsl.csv"
    assert "adsl.csv, row 1, column AGE: holds a NUL byte" in refused(path, "USUBJID,AGE\nA,\x00\n")
    assert "[csv-syntax]" in refused(path, 'USUBJID,AGE\nA,"1\nB,2\n')
    message = refused(path, "USUBJID,AGE\nA,1\nB\nC,3,4\n")
    assert "adsl.csv, row 2: has 1 cells where the header has 2 [ragged-row]" in message
    assert "adsl.csv, row 3: has 3 cells where the header has 2 [ragged-row]" in message


def test_a_name_that_two_columns_have(tmp_path: Path) -> None:
    assert "column AGE: two columns are called AGE [duplicate-column]" in refused(
        tmp_path / "adsl.csv", "USUBJID,AGE,age\nA,1,2\n"
    )


def test_only_twenty_rows_of_a_rule_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "adsl.csv"
    message = refused(path, "USUBJID,AGE\n" + "A\n" * 20_000)
    assert message.count("[ragged-row]") == 21
    assert "and 19,980 more rows like these [ragged-row]" in message


# -- what is tolerated, and said ---------------------------------------------------------------------------------


def tolerated(path: Path, content: bytes | str) -> tuple[pd.DataFrame, list[str]]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    table, findings = read_table(path)
    return table, [str(finding) for finding in findings]


def test_a_byte_order_mark(tmp_path: Path) -> None:
    table, said = tolerated(tmp_path / "t.csv", b"\xef\xbb\xbfUSUBJID,AGE\nA,1\n")
    assert list(table.columns) == ["USUBJID", "AGE"]
    assert said == ["warning: t.csv: begins with a byte order mark; ignored [byte-order-mark]"]


@pytest.mark.parametrize(("mark", "word"), [(";", "a semicolon"), ("\t", "a tab"), ("|", "a bar")])
def test_another_delimiter(tmp_path: Path, mark: str, word: str) -> None:
    table, said = tolerated(tmp_path / "t.csv", f"USUBJID{mark}RACE\nA{mark}x, y\n")
    assert table.to_dict("list") == {"USUBJID": ["A"], "RACE": ["x, y"]}
    assert said == [f"warning: t.csv: the columns are separated by {word}, not a comma; read so [delimiter]"]


def test_blanks_around_text(tmp_path: Path) -> None:
    table, said = tolerated(tmp_path / "t.csv", "USUBJID,TRT01P\nA,Drug\nB,Placebo   \nC, Drug\n")
    assert table["TRT01P"].tolist() == ["Drug", "Placebo", "Drug"]
    assert said == [
        "warning: t.csv, row 2, column TRT01P: blanks around the text were cut off in 2 cells, first 'Placebo   ' "
        "[blank-padded]"
    ]


def test_column_names_blank_lines_and_a_nameless_column(tmp_path: Path) -> None:
    table, said = tolerated(tmp_path / "t.csv", ",usubjid,AGE\r\n1,A,1\r\n\r\n2,B,2\r\n")
    assert table.to_dict("list") == {"USUBJID": ["A", "B"], "AGE": [1.0, 2.0]}
    assert [line.split("[")[1] for line in said] == ["blank-line]", "column-case]", "unnamed-column]"]


def test_markers_of_a_missing_number_but_na_stays_a_region(tmp_path: Path) -> None:
    table, said = tolerated(tmp_path / "t.csv", "AGE,REGION1,X\n61,NA,NA\nNA,NA,b\n.,EU,NA\n")
    np.testing.assert_array_equal(table["AGE"], [61.0, np.nan, np.nan])
    assert table["REGION1"].tolist() == ["NA", "NA", "EU"]
    assert table["X"].tolist() == ["NA", "b", "NA"]
    assert said == ["warning: t.csv, column AGE: 2 cells hold '.' or 'NA': read as missing numbers [missing-marker]"]


def test_text_among_numbers(tmp_path: Path) -> None:
    table, said = tolerated(tmp_path / "t.csv", "AGE,CODE\n61,007\n65y,12\n")
    assert table["AGE"].tolist() == ["61", "65y"]
    assert table["CODE"].tolist() == ["007", "12"]
    assert said == [
        "warning: t.csv, row 2, column AGE: holds '65y' among numbers: the column was read as text [not-a-number]"
    ]


@pytest.mark.parametrize("text", ["1", "-1.5", "+2", "1e3", ".5", "5.", "1E-10"])
def test_plain_numbers(tmp_path: Path, text: str) -> None:
    assert tolerated(tmp_path / "t.csv", f"X,Y\n{text},a\n")[0]["X"].tolist() == [float(text)]


@pytest.mark.parametrize("text", ["007", "1,5", "inf", "0x10", "1_000", "-", ".", "e5", "1 2"])
def test_what_is_no_plain_number(tmp_path: Path, text: str) -> None:
    assert tolerated(tmp_path / "t.csv", f'X,Y\n"{text}",a\n')[0]["X"].tolist() == [text]
