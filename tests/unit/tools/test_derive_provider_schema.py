"""The derivation of the provider's schema from modules of its npm package."""

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tools.derive_provider_schema import Module, UnexpectedModuleError, derive, document, main

PROVIDER = """
function awsProviderEndpointsToHclTerraform(struct) {
    const attrs = {
        sqs: {
            value: cdktn.stringToHclTerraform(struct.sqs),
            isBlock: false,
            type: "simple",
            storageClassType: "string",
        },
    };
}
class AwsProvider extends cdktn.TerraformProvider {
    static tfResourceType = "aws";
    // alias - computed: false, optional: true, required: false
    _alias;
    get alias() {
        return this._alias;
    }
    // endpoints - computed: false, optional: true, required: false
    _endpoints;
    get endpoints() {
        return this._endpoints;
    }
    synthesizeHclAttributes() {
        const attrs = {
            endpoints: {
                value: listMapperHcl(awsProviderEndpointsToHclTerraform)(this._endpoints),
                isBlock: true,
                type: "set",
                storageClassType: "AwsProviderEndpointsList",
            },
        };
    }
}
"""

QUEUE = """
function queueRuleToHclTerraform(struct) {
    const attrs = {
        keep_days: {
            value: cdktn.numberToHclTerraform(struct.keepDays),
            isBlock: false,
            type: "simple",
            storageClassType: "number",
        },
    };
}
class QueueRuleOutputReference extends cdktn.ComplexObject {
    // keep_days - computed: false, optional: false, required: true
    _keepDays;
    get keepDays() {
        return this.getNumberAttribute('keep_days');
    }
}
class QueueRuleList extends cdktn.ComplexList {
}
class QueueOwnerOutputReference extends cdktn.ComplexObject {
    // email - computed: true, optional: false, required: false
    get email() {
        return this.getStringAttribute('email');
    }
}
class QueueOwnerList extends cdktn.ComplexList {
}
class Queue extends cdktn.TerraformResource {
    static tfResourceType = "aws_queue";
    // arn - computed: true, optional: false, required: false
    get arn() {
        return this.getStringAttribute('arn');
    }
    // labels - computed: true, optional: false, required: false
    _labels = new cdktn.StringMap(this, "labels");
    get labels() {
        return this._labels;
    }
    // owners - computed: true, optional: false, required: false
    _owners = new QueueOwnerList(this, "owners", false);
    get owners() {
        return this._owners;
    }
    // region - computed: true, optional: true, required: false
    _region;
    /**
    * @deprecated Since long.
    */
    get region() {
        return this.getStringAttribute('region');
    }
    // stages - computed: false, optional: true, required: false
    _stages;
    get stages() {
        return cdktn.Fn.tolist(this.getListAttribute('stages'));
    }
    // rule - computed: false, optional: false, required: true
    _rule = new QueueRuleList(this, "rule", true);
    get rule() {
        return this._rule;
    }
    // first_rule - computed: false, optional: true, required: false
    _firstRule = new QueueRuleOutputReference(this, "first_rule");
    get firstRule() {
        return this._firstRule;
    }
    synthesizeHclAttributes() {
        const attrs = {
            region: {
                value: cdktn.stringToHclTerraform(this._region),
                isBlock: false,
                type: "simple",
                storageClassType: "string",
            },
            stages: {
                value: cdktn.listMapperHcl(cdktn.stringToHclTerraform, false)(this._stages),
                isBlock: false,
                type: "set",
                storageClassType: "stringList",
            },
            rule: {
                value: cdktn.listMapperHcl(queueRuleToHclTerraform, true)(this._rule.internalValue),
                isBlock: true,
                type: "set",
                storageClassType: "QueueRuleList",
            },
            first_rule: {
                value: queueRuleToHclTerraform(this._firstRule.internalValue),
                isBlock: true,
                type: "struct",
                storageClassType: "QueueRule",
            },
        };
    }
}
//# sourceMappingURL=data:application/json;base64,Y2xhc3M=
"""

DATA_SOURCE = """
class DataAwsQueue extends cdktn.TerraformDataSource {
    static tfResourceType = "aws_queue";
    // depth - computed: true, optional: false, required: false
    get depth() {
        return this.getNumberAttribute('depth');
    }
}
"""

RULE = {"attributes": {"keep_days": {"required": True, "type": "number"}}, "block_types": {}}


def the_type(source: str) -> tuple[str, str, dict[str, Any]]:
    (found,) = Module.parse(source).types()
    return found


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    modules = {"provider": PROVIDER, "queue": QUEUE, "data-aws-queue": DATA_SOURCE}
    for name, source in modules.items():
        (folder / "lib" / name).mkdir(parents=True)
        (folder / "lib" / name / "index.js").write_text(source)
    return folder


def test_the_base_class_says_which_section_a_type_belongs_to() -> None:
    assert the_type(PROVIDER)[:2] == ("provider", "aws")
    assert the_type(QUEUE)[:2] == ("resource_schemas", "aws_queue")
    assert the_type(DATA_SOURCE)[:2] == ("data_source_schemas", "aws_queue")


def test_a_computed_attribute_has_the_type_of_its_getter_or_of_its_class() -> None:
    attributes = the_type(QUEUE)[2]["attributes"]

    assert attributes["arn"] == {"computed": True, "type": "string"}
    assert attributes["labels"] == {"computed": True, "type": ["map", "string"]}


def test_a_computed_list_of_objects_is_a_nested_attribute() -> None:
    owner = {"attributes": {"email": {"computed": True, "type": "string"}}, "block_types": {}}

    assert the_type(QUEUE)[2]["attributes"]["owners"] == {
        "computed": True,
        "nested": {"nesting_mode": "list", "block": owner},
    }


def test_an_argument_has_the_type_that_it_is_written_with() -> None:
    attributes = the_type(QUEUE)[2]["attributes"]

    assert attributes["region"] == {"computed": True, "optional": True, "type": "string"}
    assert attributes["stages"] == {"optional": True, "type": ["set", "string"]}


def test_a_block_has_nesting_and_arguments_of_its_own() -> None:
    assert the_type(QUEUE)[2]["block_types"] == {
        "rule": {"nesting_mode": "set", "single_item": False, "required": True, "block": RULE},
        "first_rule": {
            "nesting_mode": "single",
            "single_item": True,
            "required": False,
            "block": RULE,
        },
    }


def test_the_provider_has_no_alias_and_only_optional_arguments_in_its_blocks() -> None:
    block = the_type(PROVIDER)[2]

    assert block["attributes"] == {}
    assert block["block_types"]["endpoints"]["block"]["attributes"] == {
        "sqs": {"optional": True, "type": "string"}
    }


def test_a_folder_without_modules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnexpectedModuleError):
        derive(tmp_path)


def test_folder_and_archive_give_the_same_file_every_time(package: Path, tmp_path: Path) -> None:
    archive = tmp_path / "package.tgz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(package, "package")
    from_folder, from_archive = tmp_path / "folder.json.gz", tmp_path / "archive.json.gz"

    assert main(["--package", str(package), "--output", str(from_folder)]) == 0
    assert main(["--package", str(archive), "--output", str(from_archive)]) == 0

    assert from_folder.read_bytes() == from_archive.read_bytes()
    assert json.loads(gzip.decompress(from_folder.read_bytes())) == derive(package)


def test_the_check_tells_a_changed_schema_and_writes_nothing(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    committed = tmp_path / "aws.json.gz"
    check = ["--package", str(package), "--output", str(committed), "--check"]
    committed.write_bytes(gzip.compress(document(derive(package)), 1))
    assert main(check) == 0

    other = gzip.compress(b"{}")
    committed.write_bytes(other)
    assert main(check) == 1

    assert committed.read_bytes() == other
    assert "aws.json.gz is not what" in capsys.readouterr().err
