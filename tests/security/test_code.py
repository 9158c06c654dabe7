"""What the code never does: fetch an address of a user, make a template, hide an error."""

import ast
import re

from tests.security.code import PACKAGES, ROOT, SERVICE, named, trees

#: Modules that can open a connection, and who may import them, and for what.
CLIENTS = {"requests", "httpx", "aiohttp", "urllib3", "http.client", "urllib.request", "socket"}
MAY_CONNECT = {
    "workers/http.py": "Twilio alone, at the host of TWILIO_BASE_URL",
    "workers/presence.py": "socket: the name of this machine",
}

BROAD = {"Exception", "BaseException"}
MADE_BY_THE_CODE = {"web/pages/rendering.py": "the csrf field, filled by Markup.format"}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_only_one_module_asks_anything_of_another_host_and_that_is_twilio():
    """ASVS 1.3.6, 13.2.4: no address that somebody gave us is ever asked for."""
    who = {file for file, tree in trees(*SERVICE) if CLIENTS & {*imported(tree)}}

    assert who == MAY_CONNECT.keys()


def test_template_is_a_file_and_never_made_of_text():
    """ASVS 1.3.7."""
    making = {"render_template_string", "from_string", "Template"}
    found = [
        (file, node.lineno)
        for file, tree in trees(*SERVICE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and named(node.func) in making
    ]

    assert found == []


def test_nothing_is_called_safe_html_but_what_the_code_itself_has_written():
    found = {
        file: node
        for file, tree in trees(*SERVICE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and named(node.func) == "Markup"
    }

    assert found.keys() == MADE_BY_THE_CODE.keys()
    assert all(isinstance(node.args[0], ast.Constant) for node in found.values())


def test_nothing_is_run_unpickled_or_handed_to_a_shell():
    dangerous = {"eval", "exec", "compile_command", "loads_pickle", "system", "popen"}
    modules = {"pickle", "marshal", "shelve", "subprocess", "yaml"}
    found = [
        (file, node.lineno)
        for file, tree in trees(*SERVICE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and named(node.func) in dangerous
    ]
    imports = [file for file, tree in trees(*SERVICE) if modules & {*imported(tree)}]

    assert found == []
    assert imports == []


def test_every_broad_except_says_why():
    """ASVS 16.5.2: an error that is caught without a reason is an error that is hidden."""
    silent = []
    for file, tree in trees(*PACKAGES):
        lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node):
                said = lines[node.lineno - 1 : node.body[0].end_lineno]
                if not any(re.search(r"# (?!noqa)|# noqa: BLE001  \(", line) for line in said):
                    silent.append((file, node.lineno))

    assert silent == []


def _is_broad(handler):
    kinds = getattr(handler.type, "elts", [handler.type])
    return handler.type is None or any(named(kind) in BROAD for kind in kinds)


def test_no_debug_mode_and_no_secret_of_the_code():
    """ASVS 13.4.2, 13.3.1: nothing switches Flask's debugger on, no key has a default."""
    debugging = [
        (file, node.lineno)
        for file, tree in trees(*SERVICE)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        and node.arg in {"debug", "use_debugger"}
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]
    settings = (ROOT / "config.py").read_text(encoding="utf-8")

    assert debugging == []
    for name in ("SECRET_KEY", "TWILIO_AUTH_TOKEN"):
        assert f'{name} = _setting("{name}", _secret, "", required=True)' in settings
