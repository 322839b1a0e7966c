"""
The stamp of a report: what it is made of, in the terms of W3C PROV.

`proveniens.json` is JSON-LD that carries its own context: the report is an entity
that an activity made, which used the data files and the parameters, by a plan (the
notebooks and the code) and with a program. The same bytes lie in the PDF, where
`ehandel efterproev` reads them. PROV-O: https://www.w3.org/TR/prov-o/
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from ehandel_lib.errors import CheckError
from ehandel_lib.provenance import Facts

FILNAVN = "proveniens.json"

Node = dict[str, Any]

#: The vocabularies, written out so that no reader has to fetch anything.
CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "http://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

RAPPORT, KOERSEL, PROGRAM, KILDEKODE, LAAS = "#rapport", "#kørsel", "#program", "#kildekode", "#lås"

#: The earlier report that this one is compared with, where there is one.
SIDEN = "#siden"


def as_json(facts: Facts) -> bytes:
    """The stamp as the bytes of `proveniens.json`."""
    return json.dumps(graph(facts), ensure_ascii=False, indent=2).encode() + b"\n"


def graph(facts: Facts) -> Node:
    """
    The stamp as JSON-LD.

    Parameters
    ----------
    facts : dict
        From `provenance.facts`.
    """
    program = facts["program"]
    given = [_parameter(name, value) for name, value in facts["parametre"].items()]
    files = [_file(file) for file in facts["filer"]]
    plans = [_plan(f"#notebook/{quote(name)}", name, sha) for name, sha in facts["notebooks"].items()]
    code = _plan(KILDEKODE, "kildekode", program["kildekode"]) | {"schema:version": program["commit"]}
    earlier = [_earlier(facts["siden"])] if "siden" in facts else []
    lock = _entity(LAAS, "requirements.lock") | {"schema:sha256": program["requirements.lock"]}
    report = _entity(RAPPORT, "rapport.pdf") | {
        "prov:wasGeneratedBy": {"@id": KOERSEL},
        "prov:wasDerivedFrom": _refer(files),
        "schema:temporalCoverage": facts["opgjort"],
    }
    activity = {
        "@id": KOERSEL,
        "@type": "prov:Activity",
        "prov:used": _refer([*given, *files, *earlier, lock]),
        "prov:wasAssociatedWith": {"@id": PROGRAM},
        "prov:qualifiedAssociation": [
            {"@type": "prov:Association", "prov:agent": {"@id": PROGRAM}, "prov:hadPlan": plan}
            for plan in _refer([*plans, code])
        ],
    }
    return {
        "@context": CONTEXT,
        "@graph": [report, activity, *given, *files, *earlier, *plans, code, lock, _agent(program)],
    }


def _refer(nodes: list[Node]) -> list[Node]:
    return [{"@id": node["@id"]} for node in nodes]


def _entity(at: str, name: str) -> Node:
    return {"@id": at, "@type": "prov:Entity", "schema:name": name}


def _plan(at: str, name: str, sha: str) -> Node:
    return _entity(at, name) | {"@type": ["prov:Entity", "prov:Plan"], "schema:sha256": sha}


def _parameter(name: str, value: Any) -> Node:
    return _entity(f"#parameter/{quote(name)}", name) | {"prov:value": value}


def _file(file: dict[str, Any]) -> Node:
    size = {"schema:sha256": file["sha256"], "schema:size": file["bytes"]}
    return _entity(f"#data/{quote(file['navn'])}", file["navn"]) | size | {"schema:description": file["note"]}


def _earlier(siden: dict[str, Any]) -> Node:
    about = {"schema:about": siden["kommune"], "schema:temporalCoverage": siden["aar"]}
    return _entity(SIDEN, "rapport.pdf") | {"schema:sha256": siden["sha256"]} | about


def _agent(program: dict[str, Any]) -> Node:
    packages = [
        {"schema:name": name, "schema:version": version} for name, version in program["pakker"].items()
    ]
    return {
        "@id": PROGRAM,
        "@type": "prov:SoftwareAgent",
        "schema:name": "ehandel",
        "schema:softwareVersion": program["ehandel"],
        "schema:runtimePlatform": program["python"],
        "schema:softwareRequirements": packages,
    }


def read(content: bytes) -> Facts:
    """
    The facts of a stamp.

    Raises
    ------
    CheckError
        The content is no stamp of ours.

    Examples
    --------
    >>> read(b"{}")
    Traceback (most recent call last):
    ...
    ehandel_lib.errors.CheckError: Stemplet kan ikke læses: det har ikke den form, som ehandel skriver.
    """
    try:
        nodes = {node["@id"]: node for node in json.loads(content)["@graph"]}
        return _facts(nodes)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CheckError("Stemplet kan ikke læses: det har ikke den form, som ehandel skriver.") from None


def _facts(nodes: dict[str, Node]) -> Facts:
    agent = nodes[PROGRAM]
    packages = {part["schema:name"]: part["schema:version"] for part in agent["schema:softwareRequirements"]}
    files = [
        {
            "navn": node["schema:name"],
            "sha256": node["schema:sha256"],
            "bytes": node["schema:size"],
            "note": node["schema:description"],
        }
        for node in _under(nodes, "#data/")
    ]
    return {
        "parametre": {node["schema:name"]: node["prov:value"] for node in _under(nodes, "#parameter/")},
        "opgjort": nodes[RAPPORT]["schema:temporalCoverage"],
        "filer": files,
        "notebooks": {node["schema:name"]: node["schema:sha256"] for node in _under(nodes, "#notebook/")},
        "program": {
            "ehandel": agent["schema:softwareVersion"],
            "commit": nodes[KILDEKODE]["schema:version"],
            "kildekode": nodes[KILDEKODE]["schema:sha256"],
            "python": agent["schema:runtimePlatform"],
            "pakker": packages,
            "requirements.lock": nodes[LAAS]["schema:sha256"],
        },
        **_compared_with(nodes),
    }


def _compared_with(nodes: dict[str, Node]) -> dict[str, Any]:
    if SIDEN not in nodes:
        return {}
    node = nodes[SIDEN]
    names = {"sha256": "schema:sha256", "kommune": "schema:about", "aar": "schema:temporalCoverage"}
    return {"siden": {key: node[name] for key, name in names.items()}}


def _under(nodes: dict[str, Node], prefix: str) -> list[Node]:
    return [node for at, node in nodes.items() if at.startswith(prefix)]
