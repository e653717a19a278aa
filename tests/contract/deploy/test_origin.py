"""What nginx in front of the APIs answers by itself, and what it lets clients do."""

import json
import re
from collections.abc import Callable
from functools import cache

import pytest

from shared.runtime.settings import HttpSettings
from tooling.generators.kubernetes.workloads import ingress
from tooling.generators.origin import PATH, generate

CONFIGURATION = generate()[PATH].decode()
PAGES = dict(re.findall(r"error_page ([0-9 ]+) = (/problems/[a-z-]+);", CONFIGURATION))


def page(path: str) -> str:
    (found,) = re.findall(rf"location = {path} {{(.*?)\n        }}", CONFIGURATION, re.DOTALL)
    return str(found)


@pytest.mark.parametrize("code", [400, 404, 405, 413, 414, 494, 500, 501, 502, 503, 504, 505])
def test_whatever_nginx_answers_by_itself_is_a_problem(code: int) -> None:
    (path,) = (path for codes, path in PAGES.items() if str(code) in codes.split())
    text = page(path)
    assert "internal;" in text
    assert "default_type application/problem+json;" in text
    assert "add_header X-Content-Type-Options nosniff always;" in text
    (status, document) = re.findall(r"return ([0-9]+) '(.*)';", text)[0]
    problem = json.loads(document.replace("\\'", "'"))
    assert problem["status"] == int(status)
    assert problem["type"] == f"urn:mitmach:problem:{path.removeprefix('/problems/')}"
    assert problem["title"]
    assert problem["detail"]
    assert ("Retry-After" in text) is (status == "503")


def test_nginx_takes_what_the_services_take_and_waits_as_long() -> None:
    default = {name: field.default for name, field in HttpSettings.model_fields.items()}
    number, size = re.findall(r"large_client_header_buffers (\d+) (\d+)k;", CONFIGURATION)[0]
    assert int(number) * int(size) * 1024 == default["http_head_limit"]
    assert f"client_max_body_size {default['http_body_limit'] // 1024}k;" in CONFIGURATION
    assert f"client_header_timeout {default['http_head_timeout']}s;" in CONFIGURATION
    assert f"client_body_timeout {default['http_head_timeout']}s;" in CONFIGURATION


def test_nginx_sends_nobody_to_a_host_that_the_client_named() -> None:
    assert "absolute_redirect off;" in CONFIGURATION
    assert re.findall(r"return 30[0-9] (.*?);", CONFIGURATION) == ["board"]


def test_metrics_and_probes_of_the_services_arent_behind_nginx() -> None:
    for path in re.findall(r"location (?:= |~ \^)?(\S+)", CONFIGURATION):
        assert not path.startswith(("/metrics", "/health/")), path


def upstream(path: str) -> str:
    """The service to which nginx sends a path, by its first pattern that fits."""
    patterns = re.findall(
        r"location ~ (\S+) {\s+set \$upstream http://([a-z]+)-api:8000;", CONFIGURATION
    )
    return next((service for pattern, service in patterns if re.match(pattern, path)), "nobody")


@cache
def backends() -> dict[str, str]:
    """Services by the starts of paths; made once, from the documents of all services."""
    (rule,) = next(ingress())["spec"]["rules"]
    return {
        one["path"]: one["backend"]["service"]["name"].removesuffix("-api")
        for one in rule["http"]["paths"]
    }


def backend(path: str) -> str:
    """The service to which an ingress sends a path, by the longest prefix of whole segments."""
    names = backends()
    fitting = [start for start in names if f"{path}/".startswith(f"{start}/")]
    return names[max(fitting, key=len)] if fitting else "nobody"


@pytest.mark.parametrize("sent", [upstream, backend], ids=["nginx", "ingress"])
@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/openapi.json", "metrics"),
        ("/asyncapi.json", "metrics"),
        ("/docs", "metrics"),
        ("/docs/swagger-ui.css", "metrics"),
        ("/schemas/mitmach.post.published/1.json", "metrics"),
        ("/openapi/posts.json", "posts"),
        ("/openapi/groups.json", "groups"),
        ("/openapi/contests.json", "contests"),
        ("/openapi/metrics.json", "metrics"),
        ("/v1/people:batch", "groups"),
        ("/v1/views:batch", "posts"),
        ("/openapi/nothing.json", "nobody"),
        ("/openapi-json", "nobody"),
        ("/docs.html", "nobody"),
        ("/metrics", "nobody"),
        ("/health/ready", "nobody"),
    ],
)
def test_every_origin_sends_documents_to_who_has_them(
    sent: Callable[[str], str], path: str, service: str
) -> None:
    assert sent(path) == service
