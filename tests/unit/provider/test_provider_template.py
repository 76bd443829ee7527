from __future__ import annotations

import pytest

from localtender.provider.errors import InvalidArgumentError
from localtender.provider.utility.template.template_file import render


def test_names_between_braces_become_values_and_doubled_dollars_stay() -> None:
    template = 'echo "${ greeting }, ${who.first}" $HOME $${HOME} %{ if x }'
    variables = {"greeting": "hello", "who.first": "Ada ${greeting}"}
    assert render(template, variables) == 'echo "hello, Ada ${greeting}" $HOME ${HOME} %{ if x }'


@pytest.mark.parametrize("template", ['${upper("x")}', "${a + 1}", "${a", "${}", "${a ? b : c}"])
def test_what_is_no_name_is_refused_with_the_way_out(template: str) -> None:
    with pytest.raises(InvalidArgumentError, match="templatefile"):
        render(template, {"a": "1", "b": "2", "c": "3"})


def test_a_name_that_is_not_given_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="there is no variable 'port'"):
        render("${host}:${port}", {"host": "localhost"})
