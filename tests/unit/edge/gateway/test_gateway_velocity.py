"""Mapping templates: the Velocity Template Language on Java values, and `$input`'s JSONPath.

After the "Velocity User Guide" of Apache Velocity 1.7, "Variables for data transformations for API
Gateway" of the developer guide and the documentation of Jayway JsonPath.
"""

from __future__ import annotations

import inspect
import json
from importlib.metadata import version
from typing import Any

import pytest
from airspeed import operators

from localtender.edge.gateway.data_plane import json_path, velocity_dialect
from localtender.edge.gateway.data_plane.java_values import JsonArray, java_text
from localtender.edge.gateway.data_plane.velocity_objects import velocity_object

DOCUMENT = {
    "name": "Ada",
    "none": None,
    "yes": True,
    "price": 1.5,
    "empty": [],
    "tags": ["x", 1, {"k": None}],
    "of": {"p": "q"},
    "items": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}],
}


def rendered(template: str) -> str:
    names = {"d": velocity_object(DOCUMENT)}
    text: str = velocity_dialect.compiled_template(template).merge(names)
    return text


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.of.p", "q"),
        ("$['of']['p']", "q"),
        ("of.p", "q"),
        ("$.items[1].name", "B"),
        ("$.items[-1].name", "B"),
        ("$.items[*].id", [1, 2]),
        ("$.items[?(@.id == 2)].name", ["B"]),
        ("$.items[?(@.name == 'A' && @.id > 0)].id", [1]),
        ("$..name", ["Ada", "A", "B"]),
        ("$.items[0:1].id", [1]),
        ("$.items[0,1].id", [1, 2]),
        ("$.items.length()", 2),
        ("$.items[?(@.id > 7)]", []),
        ("$.none", None),
    ],
)
def test_a_path_leads_to_a_value_or_to_all_that_it_finds(path: str, expected: Any) -> None:
    assert json_path.find(DOCUMENT, path) == expected


@pytest.mark.parametrize("path", ["$.nothing", "$.of.nothing.more", "$.items[7]", "$.name.x"])
def test_nothing_at_a_path_is_missing(path: str) -> None:
    assert json_path.find(DOCUMENT, path) is json_path.MISSING
    assert json_path.extract(DOCUMENT, path) is None


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(json_path.JsonPathSyntaxError):
        json_path.find(DOCUMENT, "$.items[?(")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ({"a": 1, "b": {"c": None}}, "{a=1, b={c=null}}"),
        (["a", ["b"]], "[a, [b]]"),
        (JsonArray(["a", {"b": 1}]), '["a",{"b":1}]'),
    ],
)
def test_a_value_is_written_as_java_writes_it(value: Any, text: str) -> None:
    assert java_text(value) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$d.of $d.tags $d.yes $d.price", '{p=q} ["x",1,{"k":null}] true 1.5'),
        ("$d.none|$d.nothing|$d.nothing.more|$nothing", "|||"),
        ("$d.name.toUpperCase()$d.name.toLowerCase()", "ADAada"),
        ("$d.name.substring(1,2)$d.name.charAt(0)$d.name.length()", "dA3"),
        ("$d.name.indexOf('a') $d.name.indexOf('z') $d.name.isEmpty()", "2 -1 false"),
        ("$d.name.equals('Ada') $d.name.equalsIgnoreCase('ADA')", "true true"),
        ("$d.name.replaceAll('(A)', '<$1>') $d.name.replace('a', '')", "<A>da Ad"),
        ("$d.name.split('d') $d.name.split('[a-z]').size()", "[A, a] 1"),
        ("$d.name.upper|$d.name.strip()|$d.items.append(1)", "||"),
        ("#set($l = [])#set($n = $l.add('a'))$l $l.size() $l.isEmpty()", "[a] 1 false"),
        ("#set($l = ['a', 'b'])$l.remove(0) $l $l.indexOf('b') $l.contains('a')", "a [b] 0 false"),
        ("#set($m = {})#set($n = $m.put('a', 1))$m $m.size() $m.keySet()", "{a=1} 1 [a]"),
        ("#set($m = {'a': {'b': 2}})$m.a.b $m.values() $m.remove('a') $m", "2 [{b=2}] {b=2} {}"),
        ("#set($t = 'n: ' + 5)$t #set($n = 5 + 2)$n", "n: 5 7"),
        ("#if(!$d.nothing)gone#end#if(!$d.none)null#end#if(!$d.name)no#end", "gonenull"),
        ("#if('1' == 1)same#end#if($d.yes == 'true')same#end#if('2' != 2)no#end", "samesame"),
        ("#if($d.none == $d.nothing)both#end#if($d.name == $d.none)no#end", "both"),
        ("#if($d.nothing > 1)no#end#if($d.nothing && $d.nothing.size() > 0)no#end|", "|"),
        (
            "#foreach($i in $d.items)$foreach.index:$i.name#if($foreach.hasNext),#end#end",
            "0:A,1:B",
        ),
        ("#foreach($i in $d.none)no#end#foreach($i in $d.nothing)no#end|", "|"),
        ("#foreach($e in $d.of.entrySet())$e.key=$e.value#end", "p=q"),
        ("#foreach($i in [1..3])$velocityCount#end", "123"),
    ],
)
def test_a_template_runs_as_velocity_runs_it(template: str, text: str) -> None:
    assert rendered(template) == text


def test_airspeed_is_the_version_that_is_reached_into() -> None:
    assert version("airspeed-ext") == "0.6.9"
    assert list(inspect.signature(operators.NameOrCall.calculate).parameters)[1:] == [
        "current",
        "loader",
        "top_namespace",
    ]
    assert {"+", "==", "!=", "eq", "ne", "<", "lt"} <= set(operators.BinaryOperator.OPERATORS)
    assert json.dumps(operators.value_to_string(True)) == '"true"'
