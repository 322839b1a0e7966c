"""The worked example of docs/udvid.md works as it stands there."""

from __future__ import annotations

import re

from drawn import drawn

from ehandel_lib import rates
from ehandel_lib.reference import PROJECT

TEXT = (PROJECT / "docs" / "udvid.md").read_text(encoding="utf-8")


def test_the_example_rate_passes_the_example_test():
    blocks = [
        block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if block.startswith("def ")
    ]
    scope = {"rates": rates, "drawn": drawn}
    for block in blocks:
        exec(block, scope)
    assert [name for name in scope if name.startswith("test_")] == [
        "test_the_share_on_agreement_counts_turnover"
    ]
    scope["test_the_share_on_agreement_counts_turnover"]()


def test_every_file_it_names_is_there():
    named = set(re.findall(r"`((?:tests|docs|notebooks|data/reference|ehandel_lib)/[\w/.]+)`", TEXT))
    assert named
    for name in named:
        assert (PROJECT / name).exists(), name


def test_every_module_attribute_it_names_is_there():
    from ehandel_lib import analyses, charts, compare, schema, sentences
    from ehandel_lib.charts import style

    modules = {
        "rates": rates,
        "analyses": analyses,
        "charts": charts,
        "compare": compare,
        "schema": schema,
        "sentences": sentences,
        "style": style,
    }
    named = re.findall(r"`(rates|analyses|charts|compare|schema|sentences|style)\.(\w+)[`(]", TEXT)
    assert named
    for module, name in named:
        assert name == "py" or hasattr(modules[module], name), f"{module}.{name}"
